#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/files.hpp"
#include "metapackage/repository_candidates.hpp"
#include "metapackage/repository_pool.hpp"

namespace lucie::metapackage {

/// Where readers find the public half of the signing key.
inline constexpr const char* public_key_file = "lucie.asc";

/// A repository while it is changed. It is locked for as long; what was asked for becomes visible with
/// `put_in_force` alone.
class RepositoryEdit {
 public:
  /// Waits for others that change it. Throws lucie::Error when its indices are damaged, when they are not
  /// signed by who has the key, and when they are signed and no key is given.
  RepositoryEdit(const Publication& publication, const Formats& formats, base::Reporter& reporter);

  void add(std::vector<Candidate> candidates);
  /// `version`: of the LMP; empty: all versions. Throws lucie::Error when there is none.
  void remove(const std::string& name, const std::string& version);
  /// Removes all but the newest `count` versions of each package.
  void keep_newest(std::size_t count);

  RepositoryChange put_in_force();

 private:
  /// Name, version and architecture.
  using Key = std::tuple<std::string, std::string, std::string>;
  /// What the repository has of one format.
  struct Shelf {
    const RepositoryFormat* format = nullptr;
    bool present = false, is_signed = false;
    std::map<Key, Listed> packages;
    std::map<Key, Candidate> coming;  ///< of `packages`, those that are not in the pool yet
  };

  void open(Shelf& shelf);
  void check_signature(const Shelf& shelf) const;
  void read_packages(Shelf& shelf) const;
  void add(Shelf& shelf, Candidate candidate);
  void remove(Shelf& shelf, const Key& key);
  bool needs_signatures(const Shelf& shelf) const;
  void copy_coming(Shelf& shelf, const std::filesystem::path& incoming);
  void sign_packages(Shelf& shelf, const std::filesystem::path& incoming);
  void arrive(Shelf& shelf, const Key& key, Listed package, const std::filesystem::path& file);
  void write_indices();
  PublishedPackage published(const Shelf& shelf, const Listed& package) const;

  const Publication& publication_;
  base::Reporter& reporter_;
  std::string public_key_;
  base::FileLock lock_;
  Pool pool_;
  Generation generation_;
  std::vector<Shelf> shelves_;
  bool other_key_ = false;  ///< the repository is signed with a key that is not the given one
  RepositoryChange change_;
  std::map<std::string, std::filesystem::path> arriving_;  ///< files by their place
  std::set<std::string> leaving_;                          ///< places
};

}  // namespace lucie::metapackage
