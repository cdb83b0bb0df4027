#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace lucie::universe {

/// Collects which package has which file, as far as `Contents` needs it: /etc and the folders of programs.
class ContentsCollector {
 public:
  /// True for what is kept. `path` without the leading '/'.
  static bool is_of_interest(std::string_view path);

  /// `path`: absolute.
  void add(const std::string& path, const std::string& package);
  /// A line of a Contents file: "PATH   SECTION/PACKAGE,SECTION/PACKAGE".
  void add_line(std::string_view line);

  /// The index that `Contents::add` reads: sorted lines PATH, tab, packages.
  std::string text() const;

 private:
  std::map<std::string, std::set<std::string>> owners_;
};

}  // namespace lucie::universe
