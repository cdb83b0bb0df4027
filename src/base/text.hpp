#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lucie::base {

/// Without blanks (space, tab, CR, LF) at both ends.
std::string_view trim(std::string_view text);

/// The pieces between separators; an empty text gives one empty piece.
std::vector<std::string> split(std::string_view text, char separator);

/// The pieces of a comma-separated list, trimmed; empty pieces are left out.
std::vector<std::string> split_list(std::string_view text);

/// The words between runs of blanks.
std::vector<std::string> split_words(std::string_view text);

std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// The paragraphs of a text (empty lines stand between them), each broken into lines of at most `width`
/// columns.
std::vector<std::vector<std::string>> folded_paragraphs(const std::string& text, std::size_t width);

/// Control characters and what is no UTF-8 as `\x1b`: no input drives the terminal. Those in `keep` stay.
std::string escape_control(std::string_view text, std::string_view keep = {});

/// The text between single quotes for a POSIX shell; words that need no quotes are left as they are.
std::string shell_quote(std::string_view word);

/// True when the bytes are valid UTF-8 without NUL (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

/// "1.5 MiB", "312 KiB", "17 B".
std::string human_size(unsigned long long bytes);

}  // namespace lucie::base
