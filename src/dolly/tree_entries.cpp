#include "dolly/tree_entries.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <ranges>
#include <set>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/place.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

/// Before a file or folder gets its own mode it is its owner's alone.
constexpr mode_t unfinished_file = 0600, unfinished_folder = 0700;

fs::path by_descriptor(int folder) {
  return fmt::format("/proc/self/fd/{}/", folder);
}

bool is_kind(int folder, const std::string& name, mode_t kind) {
  struct stat status {};
  return fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         (status.st_mode & S_IFMT) == kind;
}

}  // namespace

TreeEntries::TreeEntries(int folder, fs::path path, const TreeList& list)
    : folder_(folder),
      path_(std::move(path)),
      list_(list),
      files_([this](std::uint64_t offset) { return open_file(list_.file_at(offset), O_RDWR | O_CREAT); }) {}

std::uint64_t TreeEntries::stored_bytes() const {
  std::uint64_t bytes = 0;
  std::error_code fault;
  const auto none = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator each(by_descriptor(folder_), none, fault), end; !fault && each != end;
       each.increment(fault)) {
    struct stat status {};
    if (lstat(each->path().c_str(), &status) == 0)
      bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return bytes;
}

base::FileDescriptor TreeEntries::open_entry(const std::string& path, int flags) const {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  if ((flags & O_CREAT) != 0) how.mode = unfinished_file;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return base::FileDescriptor(
      static_cast<int>(syscall(SYS_openat2, folder_, path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

/// A new one has its full length at once, so that what is not written yet reads as zeros.
base::FileDescriptor TreeEntries::open_file(const TreeEntry& entry, int flags) const {
  base::FileDescriptor file = open_entry(entry.path, flags);
  if (!file.valid() && errno == EACCES && (flags & O_CREAT) != 0) {  // one that had got its mode already
    const auto [folder, name] = place_of(entry);
    fchmodat(folder.get(), name.c_str(), unfinished_file, 0);
    file = open_entry(entry.path, flags);
  }
  if (!file.valid()) throw_errno("open " + (path_ / entry.path).string());
  struct stat status {};
  const bool right =
      fstat(file.get(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) == entry.size;
  if (!right && ftruncate(file.get(), static_cast<off_t>(entry.size)) != 0)
    throw_errno("write " + (path_ / entry.path).string());
  return file;
}

bool TreeEntries::are_there(std::uint64_t offset, std::uint64_t size) const {
  bool all = true;
  list_.each_part(offset, size, [&](const TreeEntry& entry, std::uint64_t, std::uint64_t) {
    struct stat status {};
    const base::FileDescriptor file = open_entry(entry.path, O_RDONLY | O_NONBLOCK);
    all = all && file.valid() && fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
          static_cast<std::uint64_t>(status.st_size) == entry.size;
  });
  return all;
}

void TreeEntries::read(std::uint64_t offset, std::span<char> buffer) {
  list_.each_part(
      offset, buffer.size(), [&](const TreeEntry& entry, std::uint64_t within, std::uint64_t size) {
        read_exactly(files_.get(entry.offset)->get(), within, buffer.first(size), path_ / entry.path);
        buffer = buffer.subspan(size);
      });
}

void TreeEntries::write(std::uint64_t offset, std::span<const std::string_view> pieces) {
  std::vector<std::string_view> left(pieces.rbegin(), pieces.rend());
  std::uint64_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  list_.each_part(offset, bytes, [&](const TreeEntry& entry, std::uint64_t within, std::uint64_t size) {
    std::vector<std::string_view> of_file;
    while (size > 0) {
      of_file.push_back(left.back().substr(0, size));
      size -= of_file.back().size();
      left.back().remove_prefix(of_file.back().size());
      if (left.back().empty()) left.pop_back();
    }
    const auto file = files_.get(entry.offset);
    const auto write_pieces = entry.sparse ? write_with_holes : write_exactly;
    write_pieces(file->get(), within, of_file, path_ / entry.path);
  });
}

std::pair<base::FileDescriptor, std::string> TreeEntries::place_of(const TreeEntry& entry) const {
  const fs::path path(entry.path);
  base::FileDescriptor folder = open_entry(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!folder.valid()) throw_errno("open the folder of " + (path_ / path).string());
  return {std::move(folder), path.filename()};
}

void TreeEntries::make_folders(bool clean) {
  for (const TreeEntry& entry : list_.entries() | std::views::drop(1)) {
    const bool is_folder = entry.kind == EntryKind::folder;
    if (!is_folder && !clean) continue;
    const auto [folder, name] = place_of(entry);
    const mode_t kind = is_folder ? S_IFDIR : S_IFREG;
    // Links and the like are made anew at the end.
    const bool stays = (is_folder || entry.kind == EntryKind::file) && is_kind(folder.get(), name, kind);
    if (clean && !stays) remove_below(folder.get(), name);
    if (!is_folder || mkdirat(folder.get(), name.c_str(), unfinished_folder) == 0) continue;
    if (errno != EEXIST || fchmodat(folder.get(), name.c_str(), unfinished_folder, 0) != 0)
      throw_errno("make " + (path_ / entry.path).string());
  }
}

void TreeEntries::complete() {
  complete_ = true;
  forget();
  for (const TreeEntry& entry : list_.entries()) {
    if (entry.kind == EntryKind::file) {
      complete_file(entry);
    } else if (entry.kind != EntryKind::folder) {
      make(entry);
    }
  }
}

void TreeEntries::complete_file(const TreeEntry& entry) {
  const base::FileDescriptor file = open_file(entry, O_RDWR | O_CREAT);
  give_attributes(file.get(), entry.mode, entry.attributes, path_ / entry.path);
}

void TreeEntries::make(const TreeEntry& entry) const {
  if (entry.kind == EntryKind::symlink || entry.kind == EntryKind::hardlink) return make_link(entry);
  make_node(entry);
}

void TreeEntries::make_link(const TreeEntry& entry) const {
  const fs::path path = path_ / entry.path;
  const auto [folder, name] = place_of(entry);
  if (entry.kind == EntryKind::symlink) {
    if (symlinkat(entry.target.c_str(), folder.get(), name.c_str()) != 0)
      throw_errno("make the link " + path.string());
    return give_attributes_at(folder.get(), name, entry.mode, entry.attributes, path);
  }
  TreeEntry target;
  target.path = entry.target;
  const auto [target_folder, target_name] = place_of(target);
  if (linkat(target_folder.get(), target_name.c_str(), folder.get(), name.c_str(), 0) != 0)
    throw_errno("make the hard link " + path.string());
}

void TreeEntries::make_node(const TreeEntry& entry) const {
  const fs::path path = path_ / entry.path;
  const auto [folder, name] = place_of(entry);
  const mode_t kind = entry.kind == EntryKind::pipe               ? S_IFIFO
                      : entry.kind == EntryKind::character_device ? S_IFCHR
                                                                  : S_IFBLK;
  if (mknodat(folder.get(), name.c_str(), kind | unfinished_file, entry.device) != 0)
    throw_errno("make the device node or pipe " + path.string());
  give_attributes_at(folder.get(), name, entry.mode, entry.attributes, path);
}

void TreeEntries::remove_others() {
  std::set<std::string> known;
  for (const TreeEntry& entry : list_.entries()) known.insert(entry.path);
  std::vector<std::string> others;
  const fs::path start = by_descriptor(folder_);
  std::error_code fault;
  for (fs::recursive_directory_iterator each(start, fault), end; !fault && each != end;
       each.increment(fault)) {
    std::string path = each->path().lexically_relative(start);
    if (known.contains(path)) continue;
    each.disable_recursion_pending();
    others.push_back(std::move(path));
  }
  if (fault) throw EnvironmentError(fmt::format("read {}: {}", path_.string(), fault.message()));
  for (const std::string& path : others) {
    TreeEntry other;
    other.path = path;
    const auto [folder, name] = place_of(other);
    remove_below(folder.get(), name);
  }
}

/// The inner ones first: a folder's time changes with what is put into it.
void TreeEntries::give_folders_attributes() {
  for (const TreeEntry& entry : list_.entries() | std::views::reverse) {
    if (entry.kind != EntryKind::folder) continue;
    const base::FileDescriptor folder = open_entry(entry.path, O_RDONLY | O_DIRECTORY);
    if (!folder.valid()) throw_errno("open " + (path_ / entry.path).string());
    give_attributes(folder.get(), entry.mode, entry.attributes, path_ / entry.path);
  }
}

}  // namespace lucie::dolly
