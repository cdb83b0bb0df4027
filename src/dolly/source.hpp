#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dolly/source_part.hpp"
#include "dolly/store.hpp"

namespace lucie::dolly {

/// What the master sends: files, block devices, folders, or one stream.
class Source : public ChunkFiles {
 public:
  /// `destination`: where they go below the receivers' roots; the new name of a single one, else a folder;
  /// empty: their own names. Throws lucie::Error for what cannot be sent, and EnvironmentError when one
  /// cannot be read.
  /// `-` is the standard input. `unpack`: the only one is an archive, whose content the receivers want.
  Source(const std::vector<std::filesystem::path>& paths, const std::string& destination,
         bool unpack = false);
  /// One part that is no file of this machine.
  Source(std::unique_ptr<SourcePart> part, const std::string& destination);

  const std::vector<OfferedFile>& offered() const { return offered_; }
  /// The files as they are now: where they go, size, time of change.
  std::string identity() const;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override;
  /// Reads chunk after chunk into the order, not too far ahead of the successors. `waiting` is called now and
  /// then while a stream brings nothing. Throws lucie::Error when a file changes meanwhile.
  void announce_all(Store& store, Layout& layout, Verify verify, const std::function<void()>& waiting);

 private:
  void check_place(const std::string& path) const;

  std::vector<std::unique_ptr<SourcePart>> parts_;
  std::vector<OfferedFile> offered_;
  SourceStream* stream_ = nullptr;  ///< the only part, if it is one
};

}  // namespace lucie::dolly
