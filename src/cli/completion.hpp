#pragma once

#include <string>
#include <vector>

namespace lucie::cli {

struct Program;

/// Candidates for the last of `words` (the words after the program's name; the last may be empty). Shells ask
/// with `PROGRAM __complete WORD…`; the scripts in data/ do so.
std::vector<std::string> complete(const Program& program, const std::vector<std::string>& words);

}  // namespace lucie::cli
