#include "config/agent_program.hpp"

#include <algorithm>
#include <fnmatch.h>

#include "base/text.hpp"

namespace lucie::config {

std::vector<RecoverLine> recover_lines(std::string_view program) {
  constexpr std::string_view word = "recover:";
  std::vector<RecoverLine> found;
  if (!program.starts_with("#!")) return found;  // not text
  int number = 0;
  for (const std::string& each : base::split(program, '\n')) {
    ++number;
    if (!each.starts_with('#')) continue;
    const std::string_view comment = base::trim(std::string_view(each).substr(1));
    if (!comment.starts_with(word)) continue;
    found.push_back({std::string(base::trim(comment.substr(word.size()))), number});
  }
  return found;
}

bool is_agent_pattern(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
         std::ranges::all_of(text,
                             [](char letter) {
                               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                                      (letter >= '0' && letter <= '9') ||
                                      std::string_view("/*?[]._+-").find(letter) != std::string_view::npos;
                             }) &&
         text.find('/', slash + 1) == std::string_view::npos;
}

bool agent_matches(const std::string& pattern, const std::string& lmp, const std::string& agent) {
  return fnmatch(pattern.c_str(), (lmp + "/" + agent).c_str(), FNM_PATHNAME) == 0;
}

}  // namespace lucie::config
