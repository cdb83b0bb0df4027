#pragma once

#include <atomic>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "dolly/file_cache.hpp"
#include "dolly/tree_list.hpp"

namespace lucie::dolly {

/// The files of a tree that is being received, in the folder that it is made in. Nothing is followed or
/// written that leads out of it.
class TreeEntries {
 public:
  /// `folder` is the opened folder, `path` its name for messages. `list` may change between calls, but then
  /// `forget` is called.
  TreeEntries(int folder, std::filesystem::path path, const TreeList& list);

  /// What all of them take on the disk.
  std::uint64_t stored_bytes() const;
  /// Whether the files that this part of the content belongs to are there.
  bool are_there(std::uint64_t offset, std::uint64_t size) const;
  /// Throw EnvironmentError.
  void read(std::uint64_t offset, std::span<char> buffer);
  void write(std::uint64_t offset, std::span<const std::string_view> pieces);
  /// Closes files.
  void forget() { files_.clear(); }

  /// All folders of the list; `clean`: what has the place of one, or of a file, and is none, is removed.
  void make_folders(bool clean);
  /// When the content of all files is written: makes whatever else is in the list, and gives all but folders
  /// their attributes.
  void complete();
  /// Removes what is not in the list.
  void remove_others();
  void give_folders_attributes();

 private:
  base::FileDescriptor open_entry(const std::string& path, int flags) const;
  base::FileDescriptor open_file(const TreeEntry& file, int flags) const;
  /// The folder of an entry and its name there.
  std::pair<base::FileDescriptor, std::string> place_of(const TreeEntry& entry) const;
  void make(const TreeEntry& entry) const;
  void make_link(const TreeEntry& entry) const;
  void make_node(const TreeEntry& entry) const;
  void complete_file(const TreeEntry& entry);

  const int folder_;
  const std::filesystem::path path_;
  const TreeList& list_;
  std::atomic<bool> complete_ = false;
  FileCache files_;
};

}  // namespace lucie::dolly
