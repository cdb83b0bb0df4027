#include <algorithm>

#include "metapackage/shell_walk.hpp"
#include "universe/contents.hpp"

namespace lucie::metapackage {
namespace {

using universe::Contents;

/// sd_booted(3): where this folder is, systemd runs.
constexpr const char* systemd_runs = "/run/systemd/system";

bool is_of_systemd(const std::string& name) {
  static const std::set<std::string> programs = {"systemctl",   "journalctl", "loginctl",   "hostnamectl",
                                                 "timedatectl", "localectl",  "networkctl", "busctl",
                                                 "resolvectl",  "machinectl"};
  const std::string plain = name.substr(name.rfind('/') + 1);
  return programs.contains(plain) || plain.starts_with("systemd-");
}

Verdicts negated(Verdicts verdicts) {
  std::swap(verdicts.success, verdicts.failure);
  return verdicts;
}

Verdicts found(const std::string& name) {
  Verdicts verdicts;
  if (!name.empty()) verdicts.success.present.insert(name[0] == target_mark ? name.substr(1) : name);
  return verdicts;
}

/// What "answer compared with text" tells.
Verdicts compared(const std::string& variable, const std::string& answer, bool equal) {
  Verdicts verdicts;
  if (variable.empty()) return verdicts;
  verdicts.success.conditions.push_back({variable, {answer}, false});
  verdicts.failure.conditions.push_back({variable, {answer}, true});
  return equal ? verdicts : negated(verdicts);
}

std::string answer_of(const Argument& argument) {
  return argument.word == nullptr ? std::string() : answer_of_word(*argument.word);
}

Verdicts verdicts_of_comparison(const Argument& left, const std::string& operation, const Argument& right) {
  const bool equal = operation == "=" || operation == "==";
  if (!equal && operation != "!=") return {};
  if (!answer_of(left).empty() && right.values) return compared(answer_of(left), right.text(), equal);
  if (!answer_of(right).empty() && left.values) return compared(answer_of(right), left.text(), equal);
  return {};
}

/// `[` and `test`, without the brackets.
Verdicts verdicts_of_words(std::vector<Argument> words) {
  if (!words.empty() && words.front().text() == "!") {
    words.erase(words.begin());
    return negated(verdicts_of_words(std::move(words)));
  }
  if (words.size() == 2) {
    static const std::set<std::string> of_files = {"-e", "-f", "-r", "-s", "-x", "-d", "-w", "-h", "-L"};
    return of_files.contains(words[0].text()) ? found(words[1].text()) : Verdicts();
  }
  return words.size() == 3 ? verdicts_of_comparison(words[0], words[1].text(), words[2]) : Verdicts();
}

}  // namespace

Verdicts verdicts_of_test(const std::vector<Argument>& arguments) {
  const std::string name = arguments.front().text();
  if (name == "[" || name == "test") {
    std::vector<Argument> words(arguments.begin() + 1, arguments.end());
    if (name == "[" && !words.empty()) words.pop_back();
    return verdicts_of_words(std::move(words));
  }
  if (name == "command") {
    const CommandLine line = take_apart(arguments, {.operands_end_options = true});
    if (!line.has("v") && !line.has("V")) return {};
    return line.operands.empty() ? Verdicts() : found(line.operands.front().text());
  }
  if (name != "type" && name != "which" && name != "hash") return {};
  return arguments.size() > 1 ? found(arguments.back().text()) : Verdicts();
}

Verdicts verdicts_of_clause(const Json& node, const ShellText& text, const ShellScope& scope) {
  const std::string type = type_at(node);
  const auto argument = [&](const Json& word) {
    return Argument{values_of(word, text, scope), text.position(word), &word};
  };
  if (type == "ParenTest") return verdicts_of_clause(child(node, "X"), text, scope);
  if (type == "UnaryTest") {
    const Json& operand = child(node, "X");
    if (type_at(operand) != "Word") return negated(verdicts_of_clause(operand, text, scope));
    const std::string_view operation = text.source_at(node);
    if (operation.starts_with("!")) return {};
    static const std::string of_files = "efrsxdwhL";
    const bool of_file = operation.size() > 1 && of_files.find(operation[1]) != std::string::npos;
    return of_file ? found(argument(operand).text()) : Verdicts();
  }
  if (type != "BinaryTest") return {};
  const Json &left = child(node, "X"), &right = child(node, "Y");
  const std::string_view operation = text.operator_at(node);
  if (operation == "&&") {
    Verdicts both = verdicts_of_clause(left, text, scope);
    both.success.add(verdicts_of_clause(right, text, scope).success);
    both.failure = {};
    return both;
  }
  if (type_at(left) != "Word" || type_at(right) != "Word") return {};
  return verdicts_of_comparison(argument(left), std::string(text.word_operator_at(node)), argument(right));
}

bool is_present(const std::set<std::string>& present, const std::string& name) {
  if (present.contains(name) || present.contains(Contents::folded(name))) return true;
  if (present.contains(systemd_runs) && is_of_systemd(name)) return true;
  const std::vector<std::string> paths = Contents::program_paths(name);
  return std::ranges::any_of(present, [&](const std::string& found) {
    const std::string path = Contents::folded(found);
    if (path.find('/') == std::string::npos) {  // `command -v x`, and /usr/bin/x is run
      return std::ranges::count(Contents::program_paths(path), Contents::folded(name)) > 0;
    }
    return path == Contents::folded(name) || std::ranges::find(paths, path) != paths.end();
  });
}

}  // namespace lucie::metapackage
