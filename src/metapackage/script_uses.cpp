#include "metapackage/script_uses.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "metapackage/shell_walk.hpp"

namespace lucie::metapackage {
namespace {

/// The words of the first line behind "#!", `env` and its options left out.
std::vector<std::string> interpreter(const std::string& text) {
  if (!text.starts_with("#!")) return {};
  return base::split_words(text.substr(2, text.find('\n') - 2));
}

/// By which rules shfmt is to read it; empty for what is no shell.
std::string dialect_of(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const std::string name = word.substr(word.rfind('/') + 1);
    if (name == "env" || name == "busybox" || name.starts_with('-')) continue;
    if (name == "sh" || name == "dash" || name == "ash") return "posix";
    if (name == "bash") return "bash";
    return name == "ksh" || name == "mksh" ? "mksh" : "";
  }
  return {};
}

void interpreter_uses(const std::vector<std::string>& words, const std::string& file,
                      std::vector<Use>& uses) {
  if (words.empty()) return;
  uses.push_back({Use::Deed::runs, words[0], {file, 1, 1}, {}});
  if (!words[0].ends_with("/env")) return;
  const auto program = std::find_if(words.begin() + 1, words.end(), [](const std::string& word) {
    return !word.starts_with('-') && word.find('=') == std::string::npos;
  });
  if (program != words.end()) uses.push_back({Use::Deed::runs, *program, {file, 1, 1}, {}});
}

}  // namespace

std::string in_words(Use::Deed deed) {
  switch (deed) {
    case Use::Deed::reads:
      return "reads";
    case Use::Deed::edits:
      return "edits";
    case Use::Deed::runs:
      return "runs";
    default:
      return "makes";
  }
}

std::string answer_variable(const std::string& question) {
  std::string name = "LUCIE_ANSWER_" + question;
  std::ranges::replace_if(
      name, [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name;
}

std::string shell_dialect(const std::string& text) {
  return dialect_of(interpreter(text));
}

std::vector<Use> program_uses(const std::string& text, const std::string& file, Place place,
                              std::vector<Fault>& faults, std::vector<Unknown>& unknown) {
  std::vector<Use> uses;
  const std::vector<std::string> words = interpreter(text);
  if (place == Place::node) interpreter_uses(words, file, uses);
  const std::string dialect = dialect_of(words);
  if (dialect.empty()) {
    if (!words.empty()) unknown.push_back({Unknown::Why::language, {}, base::join(words, " "), {file, 1, 1}});
    return uses;
  }
  try {
    const ShellText script(text, dialect, {file, 1, 1});
    ShellWalk(place, uses, faults, unknown).script(script);
  } catch (const EnvironmentError&) {
    throw;
  } catch (const Error& error) {
    faults.push_back(error.fault());
  }
  return uses;
}

}  // namespace lucie::metapackage
