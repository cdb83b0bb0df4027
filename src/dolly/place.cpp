#include "dolly/place.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/file_bytes.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

base::FileDescriptor open_below(int root, const fs::path& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return base::FileDescriptor(
      static_cast<int>(syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

bool is_zeros(std::string_view content) {
  return !content.empty() && content.front() == '\0' &&
         std::memcmp(content.data(), content.data() + 1, content.size() - 1) == 0;
}

/// False where the file system cannot.
bool make_hole(int file, std::uint64_t offset, std::size_t size) {
  return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                   static_cast<off_t>(size)) == 0;
}

/// Nothing can be removed from a folder that may not be written to, unless root does it.
void let_owner_change(const fs::path& path) noexcept {
  std::error_code ignored;
  if (!fs::is_directory(fs::symlink_status(path, ignored))) return;
  fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, ignored);
  std::error_code fault;
  for (fs::directory_iterator each(path, fault), end; !fault && each != end; each.increment(fault))
    let_owner_change(each->path());
}

}  // namespace

void no_place(const std::string& path, int fault) {
  const Refusal reason = fault == ENOSPC || fault == EDQUOT ? Refusal::space : Refusal::place;
  throw NoPlace(reason, fmt::format("{}: {}", path, std::strerror(fault)));
}

void check_path(const std::string& path) {
  const fs::path parts(path);
  bool good = !path.empty() && parts.is_relative() && !path.ends_with('/') && base::is_utf8(path);
  for (const fs::path& part : parts) good = good && part != ".." && part != "." && part.string().size() < 240;
  if (!good)
    throw NoPlace(Refusal::place, fmt::format("'{}' is no path below the receiver's root",
                                              base::escape_control(path.substr(0, 300))));
}

Root::Root(const fs::path& path)
    : path_(path), folder_(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (!folder_.valid()) no_place(path.string(), errno);
}

base::FileDescriptor Root::open_folder(const fs::path& folder) const {
  fs::path made;
  for (const fs::path& part : folder) {
    const base::FileDescriptor above = open_below(folder_.get(), made, O_PATH | O_DIRECTORY);
    if (!above.valid()) no_place(made.string(), errno);
    made /= part;
    if (open_below(folder_.get(), made, O_PATH | O_DIRECTORY).valid()) continue;
    if (errno != ENOENT) no_place(made.string(), errno);
    if (mkdirat(above.get(), part.c_str(), 0755) != 0 && errno != EEXIST) no_place(made.string(), errno);
  }
  base::FileDescriptor opened = open_below(folder_.get(), folder, O_RDONLY | O_DIRECTORY);
  if (!opened.valid()) no_place(folder.string(), errno);
  return opened;
}

base::FileDescriptor Root::open_file(const fs::path& path) const {
  return open_below(folder_.get(), path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
}

void check_replaceable(int above, const std::string& name, const std::string& path) {
  struct stat there {
  }, folder{};
  if (fstatat(above, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISDIR(there.st_mode)) no_place(path, ENOTDIR);
  if (fstat(above, &folder) == 0 && folder.st_dev != there.st_dev)
    throw NoPlace(Refusal::place,
                  fmt::format("{}: a file system is mounted there, which cannot be replaced", path));
}

void give_folder_name(int above, const std::string& beside, const std::string& name, const fs::path& path) {
  const auto rename = [&](unsigned flags) {
    return syscall(SYS_renameat2, above, beside.c_str(), above, name.c_str(), flags) == 0;
  };
  const bool replaced = !rename(RENAME_NOREPLACE);
  if (replaced && (errno != EEXIST || !rename(RENAME_EXCHANGE))) throw_errno("rename to " + path.string());
  if (fsync(above) != 0) throw_errno("fsync the folder of " + path.string());
  if (replaced) remove_below(above, beside);
}

void remove_below(int folder, const std::string& name) noexcept {
  const fs::path path = fs::path(fmt::format("/proc/self/fd/{}", folder)) / name;
  std::error_code ignored;
  if (geteuid() != 0) let_owner_change(path);
  fs::remove_all(path, ignored);
}

base::FileDescriptor open_beside(int folder, const std::string& name, const std::string& path) {
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  base::FileDescriptor file(openat(folder, name.c_str(), flags, 0600));
  if (!file.valid()) no_place(path, errno);
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    throw NoPlace(Refusal::busy, fmt::format("another receiver is writing {}", path));
  return file;
}

Place::Room room_in(int folder, std::uint64_t wanted, const std::string& path) {
  struct stat status {};
  struct statvfs room {};
  if (fstat(folder, &status) != 0 || fstatvfs(folder, &room) != 0) no_place(path, errno);
  return {status.st_dev, wanted, static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize};
}

std::uint64_t stored_bytes(int file) {
  struct stat status {};
  return fstat(file, &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) * 512 : 0;
}

void write_with_holes(int file, std::uint64_t offset, std::span<const std::string_view> pieces,
                      const fs::path& path) {
  while (!pieces.empty()) {
    const bool zeros = is_zeros(pieces.front());
    const auto other = std::ranges::find_if(pieces, [&](auto piece) { return is_zeros(piece) != zeros; });
    const auto alike = pieces.first(static_cast<std::size_t>(other - pieces.begin()));
    std::size_t size = 0;
    for (const std::string_view piece : alike) size += piece.size();
    if (!zeros || !make_hole(file, offset, size)) write_exactly(file, offset, alike, path);
    offset += size;
    pieces = pieces.subspan(alike.size());
  }
}

}  // namespace lucie::dolly
