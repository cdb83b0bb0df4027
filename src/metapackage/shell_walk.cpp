#include "metapackage/shell_walk.hpp"

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The kernel's files and what is gone after the next start.
bool is_passing(const std::string& path) {
  for (const char* folder : {"/dev/", "/proc/", "/sys/", "/run/", "/tmp/", "/var/tmp/", "/var/run/"}) {
    if (path.starts_with(folder)) return true;
  }
  return false;
}

}  // namespace

void ShellWalk::script(const ShellText& text) {
  dialect_ = text.dialect();
  find_functions(text, text.tree());
  ShellScope scope;
  statements(text, child(text.tree(), "Stmts"), scope);
}

void ShellWalk::find_functions(const ShellText& text, const Json& node) {
  if (type_at(node) == "FuncDecl") {
    functions_[text_at(child(node, "Name"), "Value")] = {&text, &child(node, "Body")};
  }
  if (!node.is_structured()) return;
  for (const Json& inner : node) find_functions(text, inner);
}

Verdicts ShellWalk::statements(const ShellText& text, const Json& list, ShellScope& scope) {
  Verdicts last;
  for (const Json& node : list) {
    if (scope.leaving != Leaving::no) break;
    last = statement(text, node, scope);
  }
  return last;
}

Verdicts ShellWalk::statement(const ShellText& text, const Json& node, ShellScope& scope) {
  redirections(text, node, scope);
  shell_on_input_ = false;
  Verdicts verdicts = command(text, child(node, "Cmd"), scope);
  if (shell_on_input_) {
    for (const Json& redirection : child(node, "Redirs")) here_document(text, redirection, scope);
  }
  if (child(node, "Negated") == true) std::swap(verdicts.success, verdicts.failure);
  return verdicts;
}

Verdicts ShellWalk::command(const ShellText& text, const Json& node, ShellScope& scope) {
  const std::string type = type_at(node);
  if (type == "CallExpr") return call(text, node, scope);
  if (type == "BinaryCmd") return binary(text, node, scope);
  if (type == "Block") return statements(text, child(node, "Stmts"), scope);
  if (type == "DeclClause") {
    declare(text, child(node, "Args"), scope);
  } else if (type == "Subshell") {
    ShellScope inner = scope;
    return statements(text, child(node, "Stmts"), inner);
  } else if (type == "IfClause") {
    branches(text, node, scope);
  } else if (type == "WhileClause" || type == "ForClause") {
    loop(text, node, scope);
  } else if (type == "CaseClause") {
    cases(text, node, scope);
  } else if (type == "TimeClause" || type == "CoprocClause") {
    return statement(text, child(node, "Stmt"), scope);
  } else if (type != "FuncDecl") {
    substitutions(text, node, scope);
    if (type == "TestClause") return verdicts_of_clause(child(node, "X"), text, scope);
  }
  return {};
}

Verdicts ShellWalk::binary(const ShellText& text, const Json& node, ShellScope& scope) {
  const std::string_view operation = text.operator_at(node);
  const bool both = operation == "&&", either = operation == "||";
  if (!both && !either) {  // each side of a pipe is a shell of its own
    for (const char* side : {"X", "Y"}) {
      ShellScope inner = scope;
      statement(text, child(node, side), inner);
    }
    return {};
  }
  const Verdicts left = statement(text, child(node, "X"), scope);
  if (scope.leaving != Leaving::no) return {};
  ShellScope second = scope;
  assume(second, both ? left.success : left.failure);
  const Verdicts right = statement(text, child(node, "Y"), second);
  assume(scope, both ? left.failure : left.success);  // where the second is not run
  scope.join(second);
  Verdicts verdicts;
  if (both) {
    verdicts.success = left.success;
    verdicts.success.add(right.success);
  } else {
    verdicts.failure = left.failure;
    verdicts.failure.add(right.failure);
  }
  return verdicts;
}

void ShellWalk::declare(const ShellText& text, const Json& assignments, ShellScope& scope) {
  for (const Json& assignment : assignments) {
    substitutions(text, assignment, scope);
    const std::string name = text_at(child(assignment, "Name"), "Value");
    if (name.empty() || child(assignment, "Naked") == true) continue;
    const bool plain = child(assignment, "Append") != true && child(assignment, "Array").is_null() &&
                       child(assignment, "Index").is_null();
    const Json& value = child(assignment, "Value");
    if (!plain) {
      scope.set(name, {});
    } else {
      scope.set(name, value.is_null() ? std::vector<std::string>{""} : values_of(value, text, scope));
    }
  }
}

void ShellWalk::branches(const ShellText& text, const Json& node, ShellScope& scope) {
  const Verdicts verdicts = statements(text, child(node, "Cond"), scope);
  if (scope.leaving != Leaving::no) return;
  ShellScope then = scope;
  assume(then, verdicts.success);
  statements(text, child(node, "Then"), then);
  assume(scope, verdicts.failure);
  const Json& otherwise = child(node, "Else");
  if (!child(otherwise, "Cond").is_null() && !child(otherwise, "Cond").empty()) {
    branches(text, otherwise, scope);
  } else if (!otherwise.is_null()) {
    statements(text, child(otherwise, "Then"), scope);
  }
  scope.join(then);
}

void ShellWalk::loop(const ShellText& text, const Json& node, ShellScope& scope) {
  const Json& items = child(child(node, "Loop"), "Items");
  substitutions(text, child(node, "Loop"), scope);
  // Twice, as what the body sets is seen when it runs again.
  for (int round = 0; round < 2; ++round) {
    ShellScope inner = scope;
    const Verdicts verdicts = statements(text, child(node, "Cond"), inner);
    if (child(node, "Until") != true) assume(inner, verdicts.success);
    const std::string variable = text_at(child(child(node, "Loop"), "Name"), "Value");
    if (!variable.empty()) {
      Values values = std::vector<std::string>();
      for (const Argument& item : arguments_of(items, text, scope)) {
        if (!item.values) values.reset();
        if (!values) break;
        values->insert(values->end(), item.values->begin(), item.values->end());
      }
      inner.set(variable, items.is_array() ? std::move(values) : Values());
    }
    statements(text, child(node, "Do"), inner);
    scope.join(inner);
  }
}

void ShellWalk::cases(const ShellText& text, const Json& node, ShellScope& scope) {
  substitutions(text, child(node, "Word"), scope);
  const std::string variable = answer_of_word(child(node, "Word"));
  ShellScope after = scope;
  std::set<std::string> seen;
  bool all = false;
  for (const Json& item : child(node, "Items")) {
    std::set<std::string> answers;
    for (const Json& pattern : child(item, "Patterns")) {
      const Values values = values_of(pattern, text, scope);
      if (values) answers.insert(values->begin(), values->end());
      all = all || !values;
    }
    ShellScope inner = scope;
    if (!variable.empty()) inner.conditions.push_back({variable, all ? seen : answers, all});
    statements(text, child(item, "Stmts"), inner);
    after.join(inner);
    seen.insert(answers.begin(), answers.end());
  }
  scope = std::move(after);
}

void ShellWalk::redirections(const ShellText& text, const Json& node, ShellScope& scope) {
  for (const Json& redirection : child(node, "Redirs")) {
    substitutions(text, redirection, scope);
    const std::string_view operation = text.operator_at(redirection);
    if (operation.starts_with("<<") || operation == "<&") continue;
    const Json& word = child(redirection, "Word");
    const Argument target{values_of(word, text, scope), text.position(word), &word,
                          std::string(text.source_of(word))};
    if (operation == ">&" && (is_number(target.text()) || target.text() == "-")) continue;
    const bool appends = operation.ends_with(">>") || operation == "<>";
    use(operation == "<" ? Use::Deed::reads : appends ? Use::Deed::edits : Use::Deed::makes, target, scope);
  }
}

void ShellWalk::here_document(const ShellText& text, const Json& redirection, ShellScope& scope) {
  const Json& document = child(redirection, "Hdoc");
  if (document.is_null()) return;
  const Values values = values_of(document, text, scope);
  if (values && values->size() == 1) code(values->front(), text.position(document), false, scope);
}

void ShellWalk::substitutions(const ShellText& text, const Json& node, const ShellScope& scope) {
  const std::string type = type_at(node);
  if (type == "CmdSubst" || type == "ProcSubst") {
    ShellScope inner = scope;
    statements(text, child(node, "Stmts"), inner);
  } else if (node.is_structured()) {
    for (const Json& inner : node) substitutions(text, inner, scope);
  }
}

void ShellWalk::use(Use::Deed deed, const Argument& argument, const ShellScope& scope) {
  if (!argument.values) return cannot_tell(Unknown::Why::value, deed, argument);
  for (const std::string& value : *argument.values) {
    const bool place = value.starts_with('/') || value.starts_with(target_mark);
    const bool program = deed == Use::Deed::runs && value.find('/') == std::string::npos;
    if (place || program) {
      use_one(deed, value, argument.position, scope);
      continue;
    }
    if (value.empty() || value == "-") continue;
    const auto folder = scope.variables.find("PWD");
    const bool known = folder != scope.variables.end() && folder->second && value != "{}";
    if (!known) cannot_tell(Unknown::Why::relative, deed, argument);
    for (const std::string& there : known ? *folder->second : std::vector<std::string>())
      use_one(deed, there + "/" + value, argument.position, scope);
  }
}

/// What is made anew is no need, so it does not matter what it is.
void ShellWalk::cannot_tell(Unknown::Why why, Use::Deed deed, const Argument& argument) {
  const std::string& text = argument.written;
  if (deed == Use::Deed::makes || text.empty() || is_passing(text.substr(text.starts_with('"') ? 1 : 0)))
    return;
  const bool counts =
      place_ == Place::node || in_target_ > 0 || text.find("LUCIE_TARGET") != std::string::npos;
  const bool known = std::ranges::any_of(unknown_, [&](const Unknown& other) {
    return other.position == argument.position && other.deed == deed;
  });
  if (counts && !known) unknown_.push_back({why, deed, text, argument.position});
}

void ShellWalk::use_one(Use::Deed deed, std::string name, const Position& position, const ShellScope& scope) {
  const bool marked = name.starts_with(target_mark);
  if (marked) name.erase(0, 1);
  if (name.find(target_mark) != std::string::npos) return;
  if (place_ == Place::installer && !marked && in_target_ == 0) return;
  if (name.starts_with('/')) {
    name = std::filesystem::path(name).lexically_normal().string();
    while (name.starts_with("//")) name.erase(0, 1);
    if (name.ends_with('/') || is_passing(name)) return;
  } else if (deed != Use::Deed::runs || name.empty() || name.find('/') != std::string::npos) {
    return;  // what a relative path means depends on where one is
  }
  if (deed != Use::Deed::makes && is_present(scope.present, name)) return;
  uses_.push_back({deed, name, position, scope.conditions});
}

}  // namespace lucie::metapackage
