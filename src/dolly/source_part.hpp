#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "dolly/offer.hpp"

namespace lucie::dolly {

/// One of the things that a master sends.
class SourcePart {
 public:
  virtual ~SourcePart() = default;
  /// `path` is left for the caller.
  virtual OfferedFile offered() const = 0;
  /// The same as long as nothing of it changes.
  virtual std::string identity() const = 0;
  /// Throws lucie::Error when it cannot be read.
  virtual void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) = 0;
  /// Throws lucie::Error when what the chunk is made of was changed since it was opened.
  virtual void check_unchanged(const ChunkPlace& place) const = 0;
};

/// A regular file, or a block device as it is. Throws lucie::Error.
std::unique_ptr<SourcePart> open_source_file(const std::filesystem::path& path);
/// A folder with all that is in it. Throws lucie::Error.
std::unique_ptr<SourcePart> open_source_tree(const std::filesystem::path& path);

/// What comes from a pipe, kept in a file without a name for those who need it once more.
class SourceStream : public SourcePart {
 public:
  /// Reads one chunk, and tells the layout when it is the last one. `goes_on` is asked a few times a second
  /// while nothing comes; false ends it. Throws EnvironmentError. False when it was ended.
  virtual bool read_on(Layout& layout, std::uint32_t chunk, const std::function<bool()>& goes_on) = 0;
};

/// A pipe, or `-` for the standard input. Throws EnvironmentError.
std::unique_ptr<SourceStream> open_source_stream(const std::filesystem::path& path);

/// What tells whether a file is still the same.
struct FileState {
  explicit FileState(const struct stat& status);
  bool operator==(const FileState&) const = default;
  std::uint64_t size = 0, inode = 0;
  std::int64_t changed = 0, status_changed = 0;  ///< nanoseconds since 1970
};

/// Throws lucie::Error: the file was changed while it was sent.
[[noreturn]] void was_changed(const std::filesystem::path& path);
/// Whether less is stored than it is long.
bool has_holes(const struct stat& status);

}  // namespace lucie::dolly
