#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "dolly/received_files.hpp"

namespace lucie::dolly {

/// The files cannot be put where the sender wants them: a reason to refuse.
class NoPlace : public std::runtime_error {
 public:
  NoPlace(Refusal reason, const std::string& why) : std::runtime_error(why), reason_(reason) {}
  Refusal reason() const { return reason_; }

 private:
  Refusal reason_;
};

/// A receiver's files. They are written beside, as `.NAME.dolly`, and get their names when all of it is
/// verified. What an interrupted transfer left there is used again.
class Destination : public ReceivedFiles {
 public:
  /// Opens (or makes) the files and their folders below `root`, and looks whether there is room. Symbolic
  /// links are followed as if `root` were the whole file system. Throws NoPlace.
  Destination(const std::filesystem::path& root, const std::vector<OfferedFile>& files);

  /// Before the first byte is written: reserves the room. A full disk is told now, not after hours. Throws
  /// NoPlace.
  void reserve() override;

  /// Tells the store which chunks lie here from an earlier transfer. `alive` is called between chunks.
  void find_chunks(Store& store, Verify verify, const std::function<void()>& alive) override;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override;
  /// Blocks of one chunk, one behind the other. Throws EnvironmentError.
  void write(const ChunkPlace& place, std::span<const Block> blocks) override;
  /// Everything is verified: to the disk, and under its name. Throws EnvironmentError.
  void finish() override;
  /// Removes what was written beside: it is in the way (the disk is full). `fresh_only`: not what an earlier
  /// transfer left.
  void remove_unfinished(bool fresh_only = false) noexcept override;

 private:
  struct Place {
    std::string path, name, beside;
    base::FileDescriptor folder, file;
    std::uint64_t size = 0;
    std::uint32_t mode = 0;
    bool fresh = false;  ///< nothing of an earlier transfer is in it
  };
  Place open_place(const OfferedFile& file);
  base::FileDescriptor open_folder(const std::filesystem::path& folder);
  void check_room() const;

  std::filesystem::path root_;
  base::FileDescriptor root_folder_;
  std::vector<Place> places_;
};

/// Parts of a path below a root: relative, without `..`, not empty. Throws NoPlace.
void check_path(const std::string& path);

/// Files below `root`, for a receiver.
OpenFiles files_below(const std::filesystem::path& root);

}  // namespace lucie::dolly
