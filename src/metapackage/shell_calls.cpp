#include <algorithm>

#include "metapackage/shell_walk.hpp"

/// The part of the walk that runs commands and functions.
namespace lucie::metapackage {
namespace {

/// Variables that a builtin sets to what nobody can tell: `read x`, `getopts o x`.
void forget_variables(const std::vector<Argument>& arguments, ShellScope& scope) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string name = arguments[i].text();
    if (!name.empty() && name[0] != '-') scope.set(name, {});
  }
}

/// `cd /etc`: what is relative from here on counts from there.
void change_folder(const std::vector<Argument>& arguments, ShellScope& scope) {
  const auto now = scope.variables.find("PWD");
  const Values before = now == scope.variables.end() ? Values() : now->second;
  const CommandLine line = take_apart(arguments, {});
  scope.set("PWD", {});
  if (arguments.front().text() != "cd" || line.operands.size() != 1 || !line.operands[0].values) return;
  std::vector<std::string> folders;
  for (const std::string& folder : *line.operands[0].values) {
    if (folder.starts_with('/') || folder.starts_with(target_mark)) {
      folders.push_back(folder);
    } else if (!before || folder.empty() || folder == "-") {
      return;
    } else {
      for (const std::string& one : *before) folders.push_back(one + "/" + folder);
    }
  }
  scope.set("PWD", std::move(folders));
}

/// `local a=/etc/x`, which POSIX's syntax tree takes for a command.
void set_variables(const std::vector<Argument>& arguments, ShellScope& scope) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].values) continue;
    std::vector<std::string> values;
    std::string variable;
    for (const std::string& value : *arguments[i].values) {
      const auto equals = value.find('=');
      if (equals == std::string::npos) continue;
      variable = value.substr(0, equals);
      values.push_back(value.substr(equals + 1));
    }
    if (!variable.empty()) scope.set(variable, std::move(values));
  }
}

/// The functions of the libraries for authors (include/lucie/agent.sh, module.sh), where one is read in.
/// in_target is none of them here: what it runs counts.
std::set<std::string> functions_of_library(const std::string& path) {
  if (path.ends_with("/lucie/agent.sh")) {
    return {"ok", "warning", "failure", "process_runs", "pid_file_runs", "as_written", "port_answers"};
  }
  if (path.ends_with("/lucie/module.sh")) return {"progress", "note", "fail", "slice", "module"};
  return {};
}

}  // namespace

Verdicts ShellWalk::call(const ShellText& text, const Json& node, ShellScope& scope) {
  const Json& words = child(node, "Args");
  if (!words.is_array() || words.empty()) {
    declare(text, child(node, "Assigns"), scope);
    return {};
  }
  substitutions(text, words, scope);
  substitutions(text, child(node, "Assigns"), scope);
  return run(arguments_of(words, text, scope), scope);
}

Verdicts ShellWalk::run(const std::vector<Argument>& arguments, ShellScope& scope) {
  if (arguments.empty()) return {};
  if (!arguments.front().values) {
    cannot_tell(Unknown::Why::value, Use::Deed::runs, arguments.front());
    return {};
  }
  if (arguments.front().values->size() > 1) {  // one of several programs
    for (const std::string& name : *arguments.front().values) {
      std::vector<Argument> one = arguments;
      one.front().values = std::vector<std::string>{name};
      run(one, scope);
    }
    return {};
  }
  const std::string name = arguments.front().text();
  if (const auto function = functions_.find(name); function != functions_.end()) {
    call_function(function->second, arguments, scope);
    return {};
  }
  if (given_.contains(name)) return {};
  if ((name == "." || name == "source") && arguments.size() > 1) {
    given_.merge(functions_of_library(arguments[1].text()));
  }
  if (name == "exit") scope.leaving = Leaving::script;
  if (name == "return") scope.leaving = Leaving::function;
  if (name == "local" || name == "typeset" || name == "readonly" || name == "export") {
    set_variables(arguments, scope);
  }
  if (name == "read" || name == "getopts" || name == "unset") forget_variables(arguments, scope);
  if (name == "cd" || name == "pushd" || name == "popd") change_folder(arguments, scope);
  if (name == "set" || name == "shift") scope.positional.clear();
  const CommandReading reading = read_command(arguments);
  for (const auto& [deed, argument] : reading.uses) use(deed, argument, scope);
  in_target_ += reading.in_target ? 1 : 0;
  for (const auto& command : reading.commands) run(command, scope);
  for (const Argument& operand : reading.unread) {
    if (operand.text().starts_with("/etc/")) cannot_tell(Unknown::Why::command, Use::Deed::edits, operand);
  }
  for (const Argument& text : reading.code) {
    if (!text.values) cannot_tell(Unknown::Why::value, Use::Deed::runs, text);
    if (text.values && text.values->size() == 1) code(text.text(), text.position, true, scope);
  }
  in_target_ -= reading.in_target ? 1 : 0;
  if (name == "exec" && !reading.commands.empty()) scope.leaving = Leaving::script;
  shell_on_input_ = shell_on_input_ || reading.shell_on_input;
  return verdicts_of_test(arguments);
}

void ShellWalk::call_function(const Function& function, const std::vector<Argument>& arguments,
                              ShellScope& scope) {
  const std::string name = arguments.front().text();
  if (!running_.insert(name).second) return;  // it calls itself
  const std::vector<Argument> outer = std::move(scope.positional);
  scope.positional.assign(arguments.begin() + 1, arguments.end());
  statement(*function.text, *function.body, scope);
  scope.positional = outer;
  if (scope.leaving == Leaving::function) scope.leaving = Leaving::no;
  running_.erase(name);
}

void ShellWalk::code(const std::string& code, const Position& origin, bool spot, ShellScope& scope) {
  if (functions_.contains(code)) {  // `trap cleanup EXIT`
    ShellScope inner = scope;
    call_function(functions_.at(code), {{std::vector<std::string>{code}, origin, nullptr}}, inner);
    return;
  }
  if (code.find(target_mark) != std::string::npos || nested_.size() > 100) return;
  try {
    const ShellText& text = nested_.emplace_back(code, dialect_, origin, spot);
    find_functions(text, text.tree());
    ShellScope inner = scope;
    statements(text, child(text.tree(), "Stmts"), inner);
  } catch (const EnvironmentError&) {
    throw;
  } catch (const Error& error) {
    faults_.push_back(error.fault());
  }
}

}  // namespace lucie::metapackage
