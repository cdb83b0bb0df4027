#include "universe/contents_collector.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "universe/contents.hpp"

namespace lucie::universe {

bool ContentsCollector::is_of_interest(std::string_view path) {
  constexpr std::array<std::string_view, 6> folders = {"etc/",     "bin/",      "sbin/",
                                                       "usr/bin/", "usr/sbin/", "usr/games/"};
  return std::ranges::any_of(folders, [&](std::string_view folder) { return path.starts_with(folder); });
}

void ContentsCollector::add(const std::string& path, const std::string& package) {
  if (path.find_first_of("\t\n") == std::string::npos) owners_[Contents::folded(path)].insert(package);
}

void ContentsCollector::add_line(std::string_view line) {
  if (line.starts_with("./")) line.remove_prefix(2);
  if (!is_of_interest(line)) return;
  const auto end = line.find_last_of(" \t");
  if (end == std::string_view::npos) return;
  const std::string path = "/" + std::string(base::trim(line.substr(0, end)));
  for (const std::string& location : base::split(line.substr(end + 1), ','))
    add(path, location.substr(location.rfind('/') + 1));  // npos + 1 is the whole
}

std::string ContentsCollector::text() const {
  std::string text;
  for (const auto& [path, packages] : owners_)
    text += path + "\t" + base::join({packages.begin(), packages.end()}, " ") + "\n";
  return text;
}

}  // namespace lucie::universe
