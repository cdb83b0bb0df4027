#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "metapackage/shell_commands.hpp"

namespace lucie::metapackage {

/// Walks through a shell script as it may run: in order, into functions where they are called, both ways of
/// a condition; and writes down what it does.
class ShellWalk {
 public:
  ShellWalk(Place place, std::vector<Use>& uses, std::vector<Fault>& faults, std::vector<Unknown>& unknown)
      : place_(place), uses_(uses), faults_(faults), unknown_(unknown) {}

  /// `text` must live as long as the walk.
  void script(const ShellText& text);

 private:
  struct Function {
    const ShellText* text;
    const Json* body;
  };

  Verdicts statements(const ShellText& text, const Json& list, ShellScope& scope);
  Verdicts statement(const ShellText& text, const Json& node, ShellScope& scope);
  Verdicts command(const ShellText& text, const Json& node, ShellScope& scope);
  Verdicts call(const ShellText& text, const Json& node, ShellScope& scope);
  Verdicts run(const std::vector<Argument>& arguments, ShellScope& scope);
  Verdicts binary(const ShellText& text, const Json& node, ShellScope& scope);
  void declare(const ShellText& text, const Json& assignments, ShellScope& scope);
  void branches(const ShellText& text, const Json& node, ShellScope& scope);
  void loop(const ShellText& text, const Json& node, ShellScope& scope);
  void cases(const ShellText& text, const Json& node, ShellScope& scope);
  void redirections(const ShellText& text, const Json& node, ShellScope& scope);
  void here_document(const ShellText& text, const Json& redirection, ShellScope& scope);
  void substitutions(const ShellText& text, const Json& node, const ShellScope& scope);
  void call_function(const Function& function, const std::vector<Argument>& arguments, ShellScope& scope);
  void code(const std::string& code, const Position& origin, bool spot, ShellScope& scope);
  void find_functions(const ShellText& text, const Json& node);
  void use(Use::Deed deed, const Argument& argument, const ShellScope& scope);
  void cannot_tell(Unknown::Why why, Use::Deed deed, const Argument& argument);
  void use_one(Use::Deed deed, std::string name, const Position& position, const ShellScope& scope);

  Place place_;
  std::vector<Use>& uses_;
  std::vector<Fault>& faults_;
  std::vector<Unknown>& unknown_;
  std::map<std::string, Function> functions_;
  std::set<std::string> given_;    ///< functions of a library that was read in
  std::set<std::string> running_;  ///< functions that are being walked through
  std::deque<ShellText> nested_;   ///< texts of `eval` and the like; they stay where they are
  std::string dialect_;
  int in_target_ = 0;            ///< how many `in_target` are around
  bool shell_on_input_ = false;  ///< the last command was a shell that reads its input
};

/// What a test (`[ -x FILE ]`, `command -v NAME` …) tells by its end.
Verdicts verdicts_of_test(const std::vector<Argument>& arguments);
/// The same of `[[ … ]]`.
Verdicts verdicts_of_clause(const Json& node, const ShellText& text, const ShellScope& scope);

/// True when what was tested shows that the program or file is there.
bool is_present(const std::set<std::string>& present, const std::string& name);

}  // namespace lucie::metapackage
