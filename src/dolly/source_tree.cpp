#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/file_cache.hpp"
#include "dolly/source_part.hpp"
#include "dolly/tree_list.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

struct stat link_status(const fs::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) throw_errno("stat " + path.string());
  return status;
}

/// Whether a tree can have it; of a socket only its server could make anything.
std::optional<EntryKind> kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return EntryKind::folder;
    case S_IFREG:
      return EntryKind::file;
    case S_IFLNK:
      return EntryKind::symlink;
    case S_IFIFO:
      return EntryKind::pipe;
    case S_IFCHR:
      return EntryKind::character_device;
    case S_IFBLK:
      return EntryKind::block_device;
    default:
      return std::nullopt;
  }
}

class SourceTree : public SourcePart {
 public:
  explicit SourceTree(const fs::path& root) : root_(root), files_([this](auto file) { return open(file); }) {
    add("");
    list_text_ = list_.text();
  }

  OfferedFile offered() const override {
    OfferedFile offered;
    offered.content = Content::tree;
    offered.list = list_text_.size();
    offered.size = list_.bytes();
    offered.mode = list_.entries().front().mode;
    return offered;
  }

  std::string identity() const override {
    std::string states;
    for (const FileState& state : states_)
      states += fmt::format("{} {} {}\n", state.changed, state.status_changed, state.inode);
    return base::sha256_hex(list_text_ + states);
  }

  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    const std::uint64_t from = place.offset + offset;
    if (place.list) {
      list_text_.copy(buffer.data(), buffer.size(), from);
      return;
    }
    list_.each_part(
        from, buffer.size(), [&](const TreeEntry& file, std::uint64_t within, std::uint64_t size) {
          read_exactly(files_.get(file.offset)->get(), within, buffer.first(size), root_ / file.path);
          buffer = buffer.subspan(size);
        });
  }

  void check_unchanged(const ChunkPlace& place) const override {
    if (place.list) return;
    list_.each_part(place.offset, place.size, [this](const TreeEntry& file, std::uint64_t, std::uint64_t) {
      const auto number = static_cast<std::size_t>(&file - list_.entries().data());
      const fs::path path = root_ / file.path;
      if (FileState(link_status(path)) != states_[number]) was_changed(path);
    });
  }

 private:
  void add(const std::string& path) {
    const fs::path full = path.empty() ? root_ : root_ / path;
    const struct stat status = path.empty() ? folder_status() : link_status(full);
    const auto kind = kind_of(status.st_mode);
    if (!kind) return;
    list_.add(entry_of(path, full, *kind, status));
    states_.emplace_back(status);
    if (*kind == EntryKind::folder) add_all_in(path, full);
  }

  /// The folder itself may be given by a link to it.
  struct stat folder_status() const {
    struct stat status {};
    if (stat(root_.c_str(), &status) != 0) throw_errno("stat " + root_.string());
    return status;
  }

  void add_all_in(const std::string& path, const fs::path& full) {
    std::vector<std::string> names;
    std::error_code fault;
    for (fs::directory_iterator each(full, fault), end; !fault && each != end; each.increment(fault))
      names.push_back(each->path().filename());
    if (fault) throw EnvironmentError(fmt::format("read {}: {}", full.string(), fault.message()));
    std::ranges::sort(names);
    for (const std::string& name : names) add(path.empty() ? name : path + "/" + name);
  }

  TreeEntry entry_of(const std::string& path, const fs::path& full, EntryKind kind,
                     const struct stat& status) {
    TreeEntry entry;
    entry.path = path;
    entry.kind = kind;
    entry.mode = status.st_mode & 07777;
    entry.attributes = read_attributes(full, status);
    if (kind == EntryKind::symlink) entry.target = fs::read_symlink(full).string();
    if (kind == EntryKind::character_device || kind == EntryKind::block_device) entry.device = status.st_rdev;
    if (kind == EntryKind::file) {
      entry.size = static_cast<std::uint64_t>(status.st_size);
      entry.sparse = has_holes(status);
    }
    if (kind != EntryKind::folder && status.st_nlink > 1) make_hard_link(entry, status);
    return entry;
  }

  void make_hard_link(TreeEntry& entry, const struct stat& status) {
    const auto [first, is_first] = linked_.try_emplace({status.st_dev, status.st_ino}, entry.path);
    if (is_first) return;
    entry.kind = EntryKind::hardlink;
    entry.target = first->second;
    entry.size = 0;
    entry.sparse = false;
  }

  base::FileDescriptor open(std::uint64_t offset) const {
    const fs::path path = root_ / list_.file_at(offset).path;
    base::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid()) throw_errno("open " + path.string());
    return file;
  }

  const fs::path root_;
  TreeList list_;
  std::vector<FileState> states_;
  std::map<std::pair<dev_t, ino_t>, std::string> linked_;
  std::string list_text_;
  FileCache files_;
};

}  // namespace

std::unique_ptr<SourcePart> open_source_tree(const fs::path& path) {
  return std::make_unique<SourceTree>(path);
}

}  // namespace lucie::dolly
