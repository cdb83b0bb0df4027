#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// How the indices of a repository change in one moment, and how long what they replace stays.
///
///     dists/lucie -> ../indices/current/dists       what readers ask for
///     repodata -> indices/current/repodata
///     lucie.asc -> indices/current/lucie.asc
///     indices/current -> 8                          moved by each publication
///     indices/8/dists/Release, …/Packages           one generation; Packages are links into by-hash
///     indices/8/repodata/repomd.xml, …              tables are links into tables
///     indices/8/files                               what it uses of by-hash and tables
///     indices/by-hash/SHA256, indices/tables        indices by their digest, of this generation and the last
namespace lucie::metapackage {

/// How long readers may go on with indices that were replaced, and packages that those name.
inline constexpr std::chrono::hours reading_time{1};

class Generation {
 public:
  explicit Generation(std::filesystem::path repository);
  /// Removes what `begin` made unless it is in force.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// Makes the folder of the next generation, and removes what killed publications left and what no reader
  /// can still be reading.
  void begin();
  /// The next generation's folder.
  std::filesystem::path folder() const { return indices_ / next_; }
  /// A file of this generation alone.
  void write(const std::string& below, std::string_view content);
  /// A file that has its digest in its name: written to `store` (below indices/) unless it is there, with a
  /// link at `below`.
  void write_by_digest(const std::string& below, const std::string& store, std::string_view content);
  /// A link from `below` to a folder or file of indices/.
  void link(const std::string& below, const std::string& store);
  /// The files of a store that a generation uses or used within the reading time.
  std::set<std::string> stored(const std::string& store) const;

  /// Brings everything to the disk and puts it in force. `links`: places that readers ask for, and what they
  /// stand for.
  struct Link {
    std::string place, target;
  };
  void put_in_force(const std::vector<Link>& links);

 private:
  void write_stored(const std::string& name, std::string_view content);
  void let_times_grow(const std::vector<Link>& links) const;
  void make_links(const std::vector<Link>& links, bool replace) const;
  void remove_left_behind(int in_force) const;
  void remove_old_files(const std::set<std::string>& in_force) const;

  std::filesystem::path repository_, indices_;
  std::string next_;
  std::set<std::string> files_;  ///< used of the stores, below indices/
};

}  // namespace lucie::metapackage
