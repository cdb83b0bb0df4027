#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/place.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

/// True when nothing was ever written between the two places (lseek(2), SEEK_DATA).
bool is_hole(int file, std::uint64_t offset, std::uint32_t size) {
  const off_t next = lseek(file, static_cast<off_t>(offset), SEEK_DATA);
  return next < 0 ? errno == ENXIO : static_cast<std::uint64_t>(next) >= offset + size;
}

/// There, reserving is clearing: it takes as long as the content itself will.
bool is_in_memory(int file) {
  struct statfs system {};
  return fstatfs(file, &system) == 0 && system.f_type == TMPFS_MAGIC;
}

/// A file, written as `.NAME.dolly`.
class FilePlace : public Place {
 public:
  FilePlace(const Root& root, const OfferedFile& file);

  Room room() const override;
  void reserve() override;
  Finding look(const ChunkPlace& place) override;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    read_exactly(beside_.get(), place.offset + offset, buffer, full_path_);
  }
  void write(const ChunkPlace& place, std::span<const Block> blocks) override;
  void complete(std::uint64_t bytes) override;
  void give_name() override;
  void remove_unfinished(bool fresh_only) noexcept override {
    if (fresh_ || !fresh_only) unlinkat(folder_.get(), beside_name_.c_str(), 0);
  }

 private:
  const OfferedFile file_;
  const fs::path full_path_;
  std::string name_, beside_name_;
  base::FileDescriptor folder_, beside_;
  bool fresh_ = false;  ///< nothing of an earlier transfer is in it
};

FilePlace::FilePlace(const Root& root, const OfferedFile& file)
    : file_(file), full_path_(root.path() / file.path) {
  const fs::path path(file.path);
  name_ = path.filename();
  beside_name_ = fmt::format(".{}.dolly", name_);
  folder_ = root.open_folder(path.parent_path());
  struct stat status {};
  if (fstatat(folder_.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode))
    no_place(file.path, EISDIR);
  beside_ = open_beside(folder_.get(), beside_name_, file.path);
  fresh_ = fstat(beside_.get(), &status) == 0 && status.st_size == 0;
}

Place::Room FilePlace::room() const {
  const std::uint64_t there = stored_bytes(beside_.get());
  const std::uint64_t wanted = file_.sparse || file_.size < there ? 0 : file_.size - there;
  return room_in(folder_.get(), wanted, file_.path);
}

void FilePlace::reserve() {
  if (file_.content == Content::stream) return;
  const auto size = static_cast<off_t>(file_.size);
  const int file = beside_.get();
  if (ftruncate(file, size) != 0) no_place(file_.path, errno);
  if (size == 0 || file_.sparse || is_in_memory(file) || fallocate(file, 0, 0, size) == 0) return;
  // Not every file system can do it.
  if (errno != EOPNOTSUPP && errno != ENOSYS) no_place(file_.path, errno);
}

Place::Finding FilePlace::look(const ChunkPlace& place) {
  if (fresh_ && !file_.sparse) return Finding::nothing;
  struct stat status {};
  if (fstat(beside_.get(), &status) != 0 ||
      static_cast<std::uint64_t>(status.st_size) < place.offset + place.size)
    return Finding::nothing;
  if (!is_hole(beside_.get(), place.offset, place.size)) return Finding::bytes;
  return file_.sparse ? Finding::hole : Finding::nothing;
}

void FilePlace::write(const ChunkPlace& place, std::span<const Block> blocks) {
  std::vector<std::string_view> contents;
  for (const Block& block : blocks) contents.push_back(block.content());
  const std::uint64_t offset = place.offset + blocks.front().offset;
  if (file_.sparse) {
    write_with_holes(beside_.get(), offset, contents, full_path_);
  } else {
    write_exactly(beside_.get(), offset, contents, full_path_);
  }
}

void FilePlace::complete(std::uint64_t bytes) {
  const int file = beside_.get();
  // Of a stream an earlier, longer one may have left more.
  if (ftruncate(file, static_cast<off_t>(bytes)) != 0) throw_errno("write " + full_path_.string());
  if (file_.attributes) {
    give_attributes(file, file_.mode, *file_.attributes, full_path_);
  } else if (fchmod(file, file_.mode) != 0) {
    throw_errno("set the mode of " + full_path_.string());
  }
  if (fsync(file) != 0) throw_errno("fsync " + full_path_.string());
}

void FilePlace::give_name() {
  const int folder = folder_.get();
  if (renameat(folder, beside_name_.c_str(), folder, name_.c_str()) != 0)
    throw_errno("rename to " + full_path_.string());
  if (fsync(folder) != 0) throw_errno("fsync the folder of " + full_path_.string());
}

}  // namespace

std::unique_ptr<Place> open_file_place(const Root& root, const OfferedFile& file) {
  return std::make_unique<FilePlace>(root, file);
}

}  // namespace lucie::dolly
