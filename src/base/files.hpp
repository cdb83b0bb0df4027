#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lucie::base {

/// Owns a file descriptor and closes it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return descriptor_; }
  bool valid() const { return descriptor_ >= 0; }
  int release();
  void reset(int descriptor = -1);

 private:
  int descriptor_ = -1;
};

/// The whole file. Throws EnvironmentError (with the path) if it cannot be read or is larger than `limit`
/// bytes.
std::string read_file(const std::filesystem::path& file, std::size_t limit = 1ULL << 31);

/// Writes beside, fsyncs, renames: readers see the old content or the new one, never a part.
/// The mode is set exactly, whatever the umask. Throws EnvironmentError and leaves the old file as it was.
void write_file(const std::filesystem::path& file, std::string_view content, unsigned mode = 0644);

/// Like `write_file` for content that is made piece by piece: `fill` gets the path of the file beside, which
/// it may create or overwrite; when it returns the file is fsynced and renamed, when it throws it is removed.
void write_file_with(const std::filesystem::path& file, unsigned mode,
                     const std::function<void(const std::filesystem::path& beside)>& fill);

/// Makes `link` point at `target` in one step, replacing what link was there.
void replace_symlink(const std::filesystem::path& target, const std::filesystem::path& link);

/// fsync of a directory, so that renames in it survive a power cut.
void sync_directory(const std::filesystem::path& directory);

/// A directory of its own that is removed with its content when the object ends. It is locked (flock) for as
/// long; what killed processes left is removed when the next one of the same prefix is made beside it.
class TemporaryDirectory {
 public:
  /// Made in `parent` (default: $TMPDIR or /tmp) with mode 0700.
  explicit TemporaryDirectory(const std::string& prefix, const std::filesystem::path& parent = {});
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor lock_;
};

/// An exclusive lock on a file (flock), held until the object ends; the kernel drops it when the process
/// dies.
class FileLock {
 public:
  /// Waits until it is free. `waiting` is called once if it is not free at once.
  explicit FileLock(const std::filesystem::path& file, const std::function<void()>& waiting = {});

 private:
  FileDescriptor descriptor_;
};

}  // namespace lucie::base
