#pragma once

#include <utility>
#include <vector>

#include "metapackage/shell_scope.hpp"

/// What the usual commands do with their operands.
namespace lucie::metapackage {

struct CommandReading {
  std::vector<std::pair<Use::Deed, Argument>> uses;  ///< of paths, and the program itself
  std::vector<std::vector<Argument>> commands;       ///< that it runs (`env`, `timeout`, `find -exec` …)
  std::vector<Argument> code;                        ///< shell text that it runs (`eval`, `sh -c`, `trap`)
  std::vector<Argument> unread;                      ///< operands of which nothing is known
  bool in_target = false;                            ///< these run in the target's root
  bool shell_on_input = false;                       ///< it is a shell that reads its text from its input
};

/// Reads one command; `arguments[0]` is its name, which has one value.
CommandReading read_command(const std::vector<Argument>& arguments);

/// True for what the shell does itself.
bool is_builtin(const std::string& name);

/// A command's options and operands, as getopt(3) takes them apart.
struct CommandLine {
  std::map<std::string, std::vector<Argument>> options;  ///< by "x" or "long"; a value for each time
  std::vector<Argument> operands;
  std::size_t first_operand = 0;  ///< its number among the arguments

  bool has(const std::string& option) const { return options.contains(option); }
};

struct OptionSyntax {
  std::string_view with_value;           ///< letters whose value follows
  std::string_view with_attached_value;  ///< letters that take the rest of their word, if there is any
  std::string_view long_with_value;      ///< long options that take the next word, between blanks
  bool operands_end_options = false;     ///< what follows the first operand is not looked at
};

CommandLine take_apart(const std::vector<Argument>& arguments, const OptionSyntax& syntax);

}  // namespace lucie::metapackage
