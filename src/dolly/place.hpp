#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "base/files.hpp"
#include "dolly/store.hpp"

namespace lucie::dolly {

/// The files cannot be put where the sender wants them: a reason to refuse.
class NoPlace : public std::runtime_error {
 public:
  NoPlace(Refusal reason, const std::string& why) : std::runtime_error(why), reason_(reason) {}
  Refusal reason() const { return reason_; }

 private:
  Refusal reason_;
};

/// Throws NoPlace for what the system said (errno).
[[noreturn]] void no_place(const std::string& path, int fault);

/// Parts of a path below a root: relative, without `..`, not empty. Throws NoPlace.
void check_path(const std::string& path);

/// The folder that everything received stays below. Symbolic links are followed as if it were the whole file
/// system, so that none leads out of it.
class Root {
 public:
  /// Throws NoPlace.
  explicit Root(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  /// Opens (or makes, with all above it) a folder. Throws NoPlace.
  base::FileDescriptor open_folder(const std::filesystem::path& folder) const;
  /// Opens a file for reading, without waiting for anybody; invalid when it cannot be, or is a link.
  base::FileDescriptor open_file(const std::filesystem::path& path) const;

 private:
  std::filesystem::path path_;
  base::FileDescriptor folder_;
};

/// Where one of the received things goes on this node. Until all of it is verified it is written beside.
class Place {
 public:
  virtual ~Place() = default;

  struct Room {
    dev_t device = 0;
    std::uint64_t wanted = 0, free = 0;  ///< bytes
  };
  virtual Room room() const = 0;
  /// Before the first byte is written. Throws NoPlace.
  virtual void reserve() = 0;

  enum class Finding {
    nothing,
    hole,   ///< zeros that were never written, where zeros belong
    bytes,  ///< perhaps the right ones
  };
  /// What lies at a chunk's place from an earlier transfer.
  virtual Finding look(const ChunkPlace& place) = 0;
  virtual void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) = 0;
  /// Blocks of one chunk, one behind the other. Throws EnvironmentError.
  virtual void write(const ChunkPlace& place, std::span<const Block> blocks) = 0;
  /// All chunks of its list are verified; for what has one. True when what was found before was found by
  /// another list. Throws lucie::Error for a list that is none, and EnvironmentError.
  virtual bool open_list() { return false; }

  /// The chunk is verified.
  virtual void verified(const ChunkPlace&) {}
  /// Everything is verified, which is so many bytes of content: to the disk. Throws EnvironmentError.
  virtual void complete(std::uint64_t bytes) = 0;
  /// Under its name, after everything is complete. Throws EnvironmentError.
  virtual void give_name() = 0;
  /// Removes what was written beside. `fresh_only`: not what an earlier transfer left.
  virtual void remove_unfinished(bool fresh_only) noexcept = 0;
  /// Ends waiting for others.
  virtual void cancel() noexcept {}
};

/// Throw NoPlace.
std::unique_ptr<Place> open_file_place(const Root& root, const OfferedFile& file);
std::unique_ptr<Place> open_tree_place(const Root& root, const OfferedFile& tree);
/// A block device. `look_first`: what lies there may be of an earlier transfer.
std::unique_ptr<Place> open_device_place(const std::filesystem::path& device, const OfferedFile& file,
                                         bool look_first);
/// A folder that was made beside gets its name, in one step, and the one that had it is removed.
/// Throws EnvironmentError, which names `path`.
void give_folder_name(int above, const std::string& beside, const std::string& name,
                      const std::filesystem::path& path);
/// Whether a folder that is there can be replaced so. Throws NoPlace.
void check_replaceable(int above, const std::string& name, const std::string& path);
/// Removes a folder with all that is in it, or a file; nothing when it is not there.
void remove_below(int folder, const std::string& name) noexcept;

/// Opens a file that is written beside, and locks it. Throws NoPlace, also when another receiver has it.
base::FileDescriptor open_beside(int folder, const std::string& name, const std::string& path);
/// How much room there is where `folder` is, and what `path` there wants of it.
Place::Room room_in(int folder, std::uint64_t wanted, const std::string& path);
/// Bytes that a file takes on its disk.
std::uint64_t stored_bytes(int file);
/// Writes, and leaves holes where blocks of zeros are. Throws EnvironmentError.
void write_with_holes(int file, std::uint64_t offset, std::span<const std::string_view> pieces,
                      const std::filesystem::path& path);

}  // namespace lucie::dolly
