#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/source_part.hpp"

namespace lucie::dolly {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

class SourceFile : public SourcePart {
 public:
  explicit SourceFile(const std::filesystem::path& path)
      : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)), status_(status_of(file_, path)) {
    const off_t end = S_ISBLK(status_.st_mode) ? lseek(file_.get(), 0, SEEK_END) : status_.st_size;
    if (end < 0) throw_errno("look how large " + path.string() + " is");
    size_ = static_cast<std::uint64_t>(end);
  }

  OfferedFile offered() const override {
    OfferedFile offered;
    offered.size = size_;
    offered.mode = status_.st_mode & 0777;
    if (S_ISREG(status_.st_mode)) {
      offered.sparse = has_holes(status_);
      offered.attributes = read_attributes(path_, status_);
    } else {
      offered.mode = 0600;
    }
    return offered;
  }
  std::string identity() const override {
    const FileState state(status_);
    return fmt::format("{} {} {} {:o} {}", size_, state.changed, state.status_changed, status_.st_mode,
                       state.inode);
  }
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    read_exactly(file_.get(), place.offset + offset, buffer, path_);
  }
  /// What is written to a device changes nothing of its node.
  void check_unchanged(const ChunkPlace&) const override {
    if (S_ISREG(status_.st_mode) && FileState(status_of(file_, path_)) != FileState(status_))
      was_changed(path_);
  }

 private:
  static struct stat status_of(const base::FileDescriptor& file, const std::filesystem::path& path) {
    struct stat status {};
    if (!file.valid()) throw_errno("open " + path.string());
    if (fstat(file.get(), &status) != 0) throw_errno("stat " + path.string());
    return status;
  }

  const std::filesystem::path path_;
  const base::FileDescriptor file_;
  const struct stat status_;
  std::uint64_t size_ = 0;
};

}  // namespace

FileState::FileState(const struct stat& status)
    : size(static_cast<std::uint64_t>(status.st_size)),
      inode(status.st_ino),
      changed(nanoseconds(status.st_mtim)),
      status_changed(nanoseconds(status.st_ctim)) {}

void was_changed(const std::filesystem::path& path) {
  throw Error(fmt::format("{} was changed while it was sent", path.string()))
      .hint("send it again when nobody writes to it");
}

bool has_holes(const struct stat& status) {
  return static_cast<std::uint64_t>(status.st_blocks) * 512 < static_cast<std::uint64_t>(status.st_size);
}

std::unique_ptr<SourcePart> open_source_file(const std::filesystem::path& path) {
  return std::make_unique<SourceFile>(path);
}

}  // namespace lucie::dolly
