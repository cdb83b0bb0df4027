#include "setup/kernel_modules.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace lucie::setup {
namespace {

/// Calls `take(path, needs)` for each line `path: needs…`.
template <typename Take>
void read_dependencies(std::string_view modules_dep, Take take) {
  for (const std::string& line : base::split(modules_dep, '\n')) {
    const auto colon = line.find(':');
    if (colon != std::string::npos) take(line.substr(0, colon), base::split_words(line.substr(colon + 1)));
  }
}

bool begins_with_any(std::string_view path, const std::vector<std::string>& beginnings) {
  constexpr std::string_view top = "kernel/";
  if (path.starts_with(top)) path.remove_prefix(top.size());
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return path.starts_with(beginning); });
}

}  // namespace

std::string module_name(std::string_view path) {
  std::string name(path.substr(path.rfind('/') + 1));
  name.resize(std::min(name.find(".ko"), name.size()));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<std::string> needed_modules(std::string_view modules_dep,
                                        const std::vector<std::string>& wanted) {
  std::set<std::string> needed;
  // The kernel's own tool writes all needs of a module on its line, also those of its needs.
  read_dependencies(modules_dep, [&](const std::string& path, const std::vector<std::string>& needs) {
    if (!begins_with_any(path, wanted)) return;
    needed.insert(path);
    needed.insert(needs.begin(), needs.end());
  });
  return {needed.begin(), needed.end()};
}

std::string dependencies_of(std::string_view modules_dep, const std::vector<std::string>& modules) {
  const std::set<std::string> chosen(modules.begin(), modules.end());
  std::string text;
  read_dependencies(modules_dep, [&](const std::string& path, const std::vector<std::string>& needs) {
    if (chosen.contains(path))
      text += path + ":" + (needs.empty() ? "" : " " + base::join(needs, " ")) + "\n";
  });
  return text;
}

std::string aliases_of(std::string_view modules_alias, const std::vector<std::string>& modules) {
  std::set<std::string> names;
  for (const std::string& module : modules) names.insert(module_name(module));
  std::string text;
  for (const std::string& line : base::split(modules_alias, '\n')) {
    const auto blank = line.rfind(' ');
    if (line.starts_with("alias ") && names.contains(line.substr(blank + 1))) text += line + "\n";
  }
  return text;
}

}  // namespace lucie::setup
