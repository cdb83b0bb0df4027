#pragma once

#include <string>
#include <vector>

namespace lucie::lmp {

/// Columns that UTF-8 text takes on a terminal: two for the wide letters of East Asia, none for marks that
/// stand on the letter before.
std::size_t columns(const std::string& text);

/// Lines of at most `width` columns; a text without blanks is broken between wide letters. A "\n" begins a
/// new line, and lines that begin with a blank stay as they are.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace lucie::lmp
