#pragma once

#include <deque>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "universe/package_format.hpp"

namespace lucie::universe {

/// Who has a file.
struct Owners {
  bool always = false;                ///< every system of the target has it, whatever is installed
  std::vector<std::string> packages;  ///< sorted
  bool none() const { return !always && packages.empty(); }
};

/// Which package has which file: /etc and the folders of programs, from the Contents indices of a target's
/// apt servers or the file lists of its rpm-md servers, and a list of our own for what these do not know:
/// files that maintainer scripts make, and alternatives. `/bin` and `/usr/bin` are one folder here, as on
/// systems with a merged /usr.
class Contents {
 public:
  explicit Contents(PackageFormat format = PackageFormat::deb) : format_(format) {}
  /// `why_missing`: why nothing can be said about owners.
  explicit Contents(std::string why_missing) : why_missing_(std::move(why_missing)) {}
  Contents(Contents&&) = default;
  Contents& operator=(Contents&&) = default;

  bool available() const { return why_missing_.empty(); }
  const std::string& why_missing() const { return why_missing_; }

  /// Adds an index that `write_contents` made.
  void add(const std::filesystem::path& index);
  /// False when some of it could not be had as the servers offer it now.
  bool current = true;
  /// The servers whose packages are in no index.
  std::set<std::string> unindexed_servers;

  /// Who has the file with this absolute path.
  Owners file(const std::string& path) const;
  /// Who has a program of this name in a folder that programs are looked for in.
  Owners program(const std::string& name) const;
  /// "/bin/x" as "/usr/bin/x".
  static std::string folded(const std::string& path);
  /// The places where a program of this name may lie.
  static std::vector<std::string> program_paths(const std::string& name);

 private:
  using Line = std::pair<std::string_view, std::string_view>;  ///< path, packages between blanks

  struct Index {
    std::string text;
    std::vector<Line> lines;  ///< sorted by path; into `text`
  };

  PackageFormat format_ = PackageFormat::deb;
  std::string why_missing_;
  std::deque<Index> indices_;  ///< they do not move: lines are views
};

/// What `Contents` needs of a Contents file (plain, or compressed as its name says), written atomically as
/// sorted lines PATH, tab, packages.
void write_contents(const std::filesystem::path& contents, const std::filesystem::path& index);

/// Who has a file that no package lists, or nothing: see contents_known.cpp.
Owners known_owners(const std::string& path, PackageFormat format);
/// All packages that `known_owners` can name, sorted; for the test that they are there.
std::vector<std::string> known_owner_names();

}  // namespace lucie::universe
