#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dolly/attributes.hpp"

namespace lucie::dolly {

enum class EntryKind : std::uint8_t { folder, file, symlink, hardlink, pipe, character_device, block_device };

/// One thing in a tree.
struct TreeEntry {
  std::string path;  ///< below the tree; empty: the tree's own folder
  EntryKind kind = EntryKind::file;
  std::uint32_t mode = 0;  ///< permission bits, with set-user-ID and the like
  Attributes attributes;
  std::uint64_t size = 0;    ///< of a file
  bool sparse = false;       ///< a file with holes
  std::string target;        ///< of a symbolic link, as it is written; of a hard link, an entry before it
  std::uint64_t device = 0;  ///< of a device node (makedev(3))
  std::uint64_t offset =
      0;  ///< of a file: where it begins in the tree's content; not part of the list's text
};

/// Everything in a tree: a line of JSON each, a folder before what is in it. The content of a tree is that of
/// its files, one behind the other in this order.
class TreeList {
 public:
  TreeList() = default;
  /// Throws lucie::Error for what is no list, or would lead out of the tree.
  explicit TreeList(std::string_view text);

  /// `entry.offset` is set. Throws lucie::Error for an entry that would lead out of the tree.
  void add(TreeEntry entry);
  std::string text() const;

  const std::vector<TreeEntry>& entries() const { return entries_; }
  std::uint64_t bytes() const { return bytes_; }
  /// The file that has the tree's byte at `offset`, which is less than `bytes()`.
  const TreeEntry& file_at(std::uint64_t offset) const;
  /// The files that a part of the content belongs to, each with the place in it and the bytes of it.
  using TakePart = std::function<void(const TreeEntry& file, std::uint64_t offset, std::uint64_t bytes)>;
  void each_part(std::uint64_t offset, std::uint64_t bytes, const TakePart& take) const;

 private:
  void check(const TreeEntry& entry) const;

  std::vector<TreeEntry> entries_;
  std::vector<std::size_t> files_;                    ///< those with content, by offset
  std::unordered_map<std::string, EntryKind> kinds_;  ///< by path
  std::uint64_t bytes_ = 0;
};

}  // namespace lucie::dolly
