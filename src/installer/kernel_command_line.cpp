#include "installer/kernel_command_line.hpp"

#include <cstdlib>

#include "base/files.hpp"

namespace lucie::installer {
namespace {

/// Takes one word off the front of `text`; blanks inside double quotes belong to it, the quotes do not.
std::string take_word(std::string_view& text) {
  std::string word;
  bool quoted = false;
  while (!text.empty()) {
    const char letter = text.front();
    if (!quoted && (letter == ' ' || letter == '\t' || letter == '\n')) break;
    text.remove_prefix(1);
    if (letter == '"') {
      quoted = !quoted;
    } else {
      word += letter;
    }
  }
  return word;
}

}  // namespace

KernelCommandLine::KernelCommandLine(std::string_view text) {
  for (;;) {
    const auto start = text.find_first_not_of(" \t\n");
    if (start == std::string_view::npos) return;
    text.remove_prefix(start);
    const std::string word = take_word(text);
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
      words_.emplace_back(word, "");
    } else {
      words_.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
  }
}

KernelCommandLine KernelCommandLine::of_this_machine() {
  const char* other = std::getenv("LUCIE_CMDLINE");
  return KernelCommandLine(base::read_file(other != nullptr ? other : "/proc/cmdline"));
}

std::optional<std::string> KernelCommandLine::value(const std::string& name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : words_) {
    if (key == name) found = value;
  }
  return found;
}

std::vector<std::string> KernelCommandLine::values(const std::string& name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : words_) {
    if (key == name) found.push_back(value);
  }
  return found;
}

}  // namespace lucie::installer
