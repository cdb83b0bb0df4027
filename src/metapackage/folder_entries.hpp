#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "metapackage/lmp.hpp"

namespace lucie::metapackage {

/// Something in a folder.
struct FolderEntry {
  enum class Kind { file, folder, other };
  std::filesystem::path path;
  Kind kind = Kind::other;
};

/// What lies in folders: as the file system says when it is asked, or as it said before of a tree.
class FolderEntries {
 public:
  /// Of any folder, on the disk.
  FolderEntries() = default;
  /// Of the folders of a tree only.
  explicit FolderEntries(const std::vector<FileState>& tree);

  /// Sorted by name; none when there is no such folder. Throws lucie::Error when it is no folder,
  /// EnvironmentError when it cannot be read, so that no package is made without what is in it.
  std::vector<FolderEntry> in(const std::filesystem::path& folder) const;

 private:
  struct Known {
    bool folder = false;
    std::vector<FolderEntry> entries;
  };
  bool on_disk_ = true;
  std::unordered_map<std::string, Known> known_;  ///< by path
};

}  // namespace lucie::metapackage
