#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metapackage/shell_commands.hpp"

/// The readers of single commands behind `read_command`; only shell_commands.cpp, shell_files.cpp and
/// shell_wrappers.cpp include this.
namespace lucie::metapackage {

/// True when `name` is one of the words of `names`.
bool is_one_of(std::string_view names, std::string_view name);
/// "/usr/bin/x" as "x".
std::string base_name(const std::string& name);
/// Adds the operands from that number on.
void add_operands(const std::vector<Argument>& operands, std::size_t from, Use::Deed deed,
                  CommandReading& reading);
/// Adds the values of an option.
void add_values(const CommandLine& line, const char* option, Use::Deed deed, CommandReading& reading);

/// Each reads the command if it knows it, and says whether it does. `name`: without its folder.
/// Those that copy, write and change files: cp, mv, install, ln, dd, tee, patch …
bool read_file_command(const std::string& name, const std::vector<Argument>& arguments,
                       CommandReading& reading);
/// Those that run others: env, find -exec, sh -c, eval, trap …
bool read_wrapper(const std::string& name, const std::vector<Argument>& arguments, CommandReading& reading);

}  // namespace lucie::metapackage
