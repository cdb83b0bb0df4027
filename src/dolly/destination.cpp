#include "dolly/destination.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <map>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/file_bytes.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void no_place(const std::string& path, int fault) {
  const Refusal reason = fault == ENOSPC || fault == EDQUOT ? Refusal::space : Refusal::place;
  throw NoPlace(reason, fmt::format("{}: {}", path, std::strerror(fault)));
}

/// Opens below `root` as if it were the whole file system, so that no `..` and no symbolic link leads out of
/// it.
base::FileDescriptor open_below(int root, const fs::path& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return base::FileDescriptor(
      static_cast<int>(syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

std::uint64_t blocks_of(int file) {
  struct stat status {};
  return fstat(file, &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) * 512 : 0;
}

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

}  // namespace

void check_path(const std::string& path) {
  const fs::path parts(path);
  bool good = !path.empty() && parts.is_relative() && !path.ends_with('/') && base::is_utf8(path);
  for (const fs::path& part : parts) good = good && part != ".." && part != "." && part.string().size() < 240;
  if (!good)
    throw NoPlace(Refusal::place, fmt::format("'{}' is no path below the receiver's root",
                                              base::escape_control(path.substr(0, 300))));
}

Destination::Destination(const fs::path& root, const std::vector<OfferedFile>& files)
    : root_(root), root_folder_(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (!root_folder_.valid()) no_place(root.string(), errno);
  try {
    for (const OfferedFile& file : files) places_.push_back(open_place(file));
    check_room();
  } catch (const NoPlace&) {
    remove_unfinished(true);
    throw;
  }
}

void Destination::reserve() {
  for (const Place& place : places_) {
    const auto size = static_cast<off_t>(place.size);
    const bool able =
        ftruncate(place.file.get(), size) == 0 &&
        (place.size == 0 || is_in_memory(place.file.get()) || fallocate(place.file.get(), 0, 0, size) == 0);
    // Not every file system can do it.
    if (able || errno == EOPNOTSUPP || errno == ENOSYS) continue;
    const int fault = errno;
    remove_unfinished(true);
    no_place(place.path, fault);
  }
}

base::FileDescriptor Destination::open_folder(const fs::path& folder) {
  fs::path made;
  for (const fs::path& part : folder) {
    const base::FileDescriptor above = open_below(root_folder_.get(), made, O_PATH | O_DIRECTORY);
    if (!above.valid()) no_place(made.string(), errno);
    made /= part;
    if (open_below(root_folder_.get(), made, O_PATH | O_DIRECTORY).valid()) continue;
    if (errno != ENOENT) no_place(made.string(), errno);
    if (mkdirat(above.get(), part.c_str(), 0755) != 0 && errno != EEXIST) no_place(made.string(), errno);
  }
  base::FileDescriptor opened = open_below(root_folder_.get(), folder, O_RDONLY | O_DIRECTORY);
  if (!opened.valid()) no_place(folder.string(), errno);
  return opened;
}

Destination::Place Destination::open_place(const OfferedFile& file) {
  check_path(file.path);
  const fs::path path(file.path);
  Place place;
  place.path = file.path;
  place.name = path.filename();
  place.beside = fmt::format(".{}.dolly", place.name);
  place.size = file.size;
  place.mode = file.mode;
  place.folder = open_folder(path.parent_path());
  struct stat there {};
  if (fstatat(place.folder.get(), place.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR(there.st_mode))
    no_place(file.path, EISDIR);
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  place.file.reset(openat(place.folder.get(), place.beside.c_str(), flags, 0600));
  if (!place.file.valid()) no_place(file.path, errno);
  if (flock(place.file.get(), LOCK_EX | LOCK_NB) != 0)
    throw NoPlace(Refusal::busy, fmt::format("another receiver is writing {}", file.path));
  struct stat status {};
  place.fresh = fstat(place.file.get(), &status) == 0 && status.st_size == 0;
  return place;
}

void Destination::check_room() const {
  std::map<dev_t, std::uint64_t> wanted;
  for (const Place& place : places_) {
    struct stat status {};
    if (fstat(place.file.get(), &status) != 0) no_place(place.path, errno);
    const std::uint64_t there = blocks_of(place.file.get());
    wanted[status.st_dev] += place.size > there ? place.size - there : 0;
    struct statvfs room {};
    if (fstatvfs(place.folder.get(), &room) != 0) no_place(place.path, errno);
    const std::uint64_t free = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
    if (wanted[status.st_dev] > free)
      throw NoPlace(Refusal::space,
                    fmt::format("{}: needs {}, but only {} are free", place.path,
                                base::human_size(wanted[status.st_dev]), base::human_size(free)));
  }
}

void Destination::find_chunks(Store& store, Verify verify, const std::function<void()>& alive) {
  const Layout& layout = store.layout();
  MemoryPool pool;
  for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    const ChunkPlace& place = layout.place(chunk);
    const Place& file = places_[place.file];
    if (file.fresh || is_hole(file.file.get(), place.offset, place.size)) continue;
    store.found(chunk, read_digest(*this, pool, layout, chunk, verify));
    alive();
  }
}

void Destination::read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) {
  const Place& file = places_[place.file];
  read_exactly(file.file.get(), place.offset + offset, buffer, root_ / file.path);
}

void Destination::write(const ChunkPlace& place, std::span<const Block> blocks) {
  const Place& file = places_[place.file];
  std::vector<std::string_view> contents;
  for (const Block& block : blocks) contents.push_back(block.content());
  write_exactly(file.file.get(), place.offset + blocks.front().offset, contents, root_ / file.path);
}

void Destination::finish() {
  for (const Place& place : places_) {
    const std::string path = (root_ / place.path).string();
    if (fchmod(place.file.get(), place.mode) != 0) throw_errno("set the mode of " + path);
    if (fsync(place.file.get()) != 0) throw_errno("fsync " + path);
  }
  for (const Place& place : places_) {
    const std::string path = (root_ / place.path).string();
    const int folder = place.folder.get();
    if (renameat(folder, place.beside.c_str(), folder, place.name.c_str()) != 0)
      throw_errno("rename to " + path);
    if (fsync(folder) != 0) throw_errno("fsync the folder of " + path);
  }
}

void Destination::remove_unfinished(bool fresh_only) noexcept {
  for (const Place& place : places_) {
    if (place.fresh || !fresh_only) unlinkat(place.folder.get(), place.beside.c_str(), 0);
  }
}

OpenFiles files_below(const fs::path& root) {
  return [root](const Offer& offer) { return std::make_unique<Destination>(root, offer.files); };
}

}  // namespace lucie::dolly
