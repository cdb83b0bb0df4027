#include "base/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"

namespace lucie::base {
namespace fs = std::filesystem;

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) reset(other.release());
  return *this;
}

int FileDescriptor::release() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  return descriptor;
}

void FileDescriptor::reset(int descriptor) {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = descriptor;
}

std::string read_file(const fs::path& file, std::size_t limit) {
  const FileDescriptor input(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input.valid()) throw_errno("open " + file.string());
  struct stat status {};
  if (fstat(input.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw EnvironmentError(fmt::format("read {}: it is a directory", file.string()));
  }
  std::string content;
  constexpr std::size_t most_at_once = 64 << 20;
  // What the file system tells of /proc is 0. One more byte shows whether the file has grown.
  const auto size = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  content.reserve(std::min({size, limit, most_at_once}));
  std::string buffer(std::clamp<std::size_t>(size + 1, 4096, 64 * 1024), '\0');
  for (;;) {
    const ssize_t count = read(input.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read " + file.string());
    if (count == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(count));
    if (content.size() > limit)
      throw EnvironmentError(fmt::format("read {}: larger than {} bytes", file.string(), limit));
    // Of a regular file a part that leaves room is the last one; others give what they have just now.
    if (S_ISREG(status.st_mode) && content.size() == size && size < buffer.size()) return content;
  }
}

namespace {

void write_all(int descriptor, std::string_view content, const fs::path& file) {
  while (!content.empty()) {
    const ssize_t count = write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write " + file.string());
    content.remove_prefix(static_cast<std::size_t>(count));
  }
}

void sync_file(const fs::path& file) {
  const FileDescriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.valid() || fsync(descriptor.get()) != 0) throw_errno("fsync " + file.string());
}

}  // namespace

void write_file(const fs::path& file, std::string_view content, unsigned mode) {
  write_file_with(file, mode, [&](const fs::path& beside) {
    const FileDescriptor output(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!output.valid()) throw_errno("write " + file.string());
    write_all(output.get(), content, file);
  });
}

void write_file_with(const fs::path& file, unsigned mode, const std::function<void(const fs::path&)>& fill) {
  fs::path beside = file;
  beside += fmt::format(".new-{}", random_hex(4));
  try {
    fill(beside);
    if (chmod(beside.c_str(), mode) != 0) throw_errno("chmod " + beside.string());
    sync_file(beside);
    if (rename(beside.c_str(), file.c_str()) != 0) throw_errno("rename to " + file.string());
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
  sync_directory(file.parent_path());
}

void replace_symlink(const fs::path& target, const fs::path& link) {
  fs::path beside = link;
  beside += fmt::format(".new-{}", random_hex(4));
  if (symlink(target.c_str(), beside.c_str()) != 0) throw_errno("symlink " + beside.string());
  if (rename(beside.c_str(), link.c_str()) != 0) {
    const int number = errno;
    unlink(beside.c_str());
    errno = number;
    throw_errno("rename to " + link.string());
  }
  sync_directory(link.parent_path());
}

void sync_directory(const fs::path& directory) {
  const FileDescriptor descriptor(
      open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid()) throw_errno("open " + directory.string());
  if (fsync(descriptor.get()) != 0 && errno != EINVAL) throw_errno("fsync " + directory.string());
}

FileLock::FileLock(const fs::path& file, const std::function<void()>& waiting) {
  descriptor_.reset(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!descriptor_.valid()) throw_errno("open lock " + file.string());
  if (flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (waiting) waiting();
  while (flock(descriptor_.get(), LOCK_EX) != 0) {
    if (errno != EINTR) throw_errno("lock " + file.string());
  }
}

}  // namespace lucie::base
