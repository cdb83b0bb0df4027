#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "dolly/store.hpp"

namespace lucie::dolly {

/// The master's files.
class Source : public ChunkFiles {
 public:
  /// `destination`: where they go below the receivers' roots; the new name of a single file, else a folder;
  /// empty: their own names. Throws lucie::Error for what is no regular file, and EnvironmentError when one
  /// cannot be read.
  Source(const std::vector<std::filesystem::path>& files, const std::string& destination);

  const std::vector<OfferedFile>& offered() const { return offered_; }
  /// The files as they are now: where they go, size, time of change.
  std::string identity() const;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override;
  /// Reads chunk after chunk into the order, not too far ahead of the successors. Throws lucie::Error when a
  /// file changes meanwhile.
  void announce_all(Store& store, Verify verify);

 private:
  void check_unchanged(std::size_t file) const;

  struct Opened {
    std::filesystem::path path;
    base::FileDescriptor descriptor;
    std::int64_t changed = 0;  ///< ns
  };
  std::vector<Opened> files_;
  std::vector<OfferedFile> offered_;
};

}  // namespace lucie::dolly
