#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dolly/offer.hpp"
#include "dolly/protocol.hpp"

namespace lucie::dolly {

/// What is passed on at once.
struct Block {
  std::string content;
  std::uint64_t checksum = 0;  ///< XXH3
};
using BlockPointer = std::shared_ptr<const Block>;

/// Makes a block with its checksum.
BlockPointer make_block(std::string content);
std::uint64_t checksum_of(std::string_view content);

/// Where chunks lie on disk.
class ChunkFiles {
 public:
  virtual ~ChunkFiles() = default;
  /// Throws lucie::Error when it cannot be read.
  virtual std::string read(const ChunkPlace& place, std::uint32_t offset, std::uint32_t size) = 0;
};

/// What one program has of a transfer: the states of all chunks, the order in which they came, and the newest
/// blocks in memory. The threads meet here: one puts what arrives, one takes it to disk, one for each
/// successor takes it on. Blocks that are no longer in memory are read from the files, so that a slow
/// successor never holds up the others.
class Store {
 public:
  Store(const Layout& layout, ChunkFiles& files);

  // What arrives.
  /// False when the chunk was announced with another digest before.
  bool announce(std::uint32_t chunk, const std::string& sha256);
  /// Blocks of a chunk come in order; what is there already is left out. Waits while too much waits for the
  /// disk. Throws ConnectionLost for a block that does not follow.
  void put(std::uint32_t chunk, std::uint32_t offset, BlockPointer block);
  /// The chunk lies on disk with this digest, as was found before the transfer (not yet confirmed by it).
  void found(std::uint32_t chunk, const std::string& sha256);
  /// The sender says that we have it: true when that is so.
  bool confirm(std::uint32_t chunk, const std::string& sha256);

  // To disk.
  struct Waiting {
    std::uint32_t chunk = 0, offset = 0;
    BlockPointer block;
    bool last = false;  ///< of its chunk
  };
  /// Waits for the next one; nothing when the store was closed.
  std::optional<Waiting> next_to_write();
  void written(const Waiting& waiting);
  void verified(std::uint32_t chunk);
  /// Its content was wrong: as if nothing of it had come.
  void discard(std::uint32_t chunk);
  std::string digest(std::uint32_t chunk) const;

  // On to a successor.
  using Interrupted = std::function<bool()>;
  /// The chunk that came at this place of the order; waits at most `limit`, or until `interrupted` (asked
  /// after each `wake`).
  std::optional<std::uint32_t> in_order(std::size_t place, milliseconds limit,
                                        const Interrupted& interrupted);
  /// Null when it has not come within `limit`.
  BlockPointer block(std::uint32_t chunk, std::uint32_t offset, milliseconds limit,
                     const Interrupted& interrupted);
  bool is_verified(std::uint32_t chunk) const;
  /// Chunks that lie on disk, each with its digest: what a sender need not send.
  std::vector<ChunkHeader> present() const;
  void wake();

  // How far.
  std::uint64_t bytes_received() const;
  std::uint64_t bytes_verified() const;
  bool complete() const;
  const Layout& layout() const { return layout_; }
  /// Waits until a successor is nearer than `ahead` to the end of the order, so that the sender does not read
  /// too far ahead; false when closed.
  bool wait_until_asked(std::size_t ahead);
  /// Ends all waiting.
  void close();

 private:
  struct ChunkState {
    bool announced = false, verified = false;
    std::uint32_t filled = 0;  ///< bytes that came
    std::string sha256;
  };
  void drop_old_blocks();
  void mark_verified(ChunkState& state, std::uint32_t chunk);
  static std::uint64_t key(std::uint32_t chunk, std::uint32_t offset) {
    return static_cast<std::uint64_t>(chunk) << 32 | offset;
  }

  const Layout& layout_;
  ChunkFiles& files_;
  mutable std::mutex mutex_;
  std::condition_variable came_, room_, work_, asked_;
  std::vector<ChunkState> chunks_;
  std::vector<std::uint32_t> order_;
  std::unordered_map<std::uint32_t, std::string> found_;
  std::unordered_map<std::uint64_t, BlockPointer> recent_;
  std::deque<Waiting> to_write_;
  std::deque<std::uint64_t> written_;  ///< keys of blocks in `recent_` that are on disk, oldest first
  std::size_t bytes_to_write_ = 0, bytes_written_ = 0;
  std::uint64_t received_ = 0, verified_ = 0;
  std::uint32_t chunks_verified_ = 0;
  std::size_t furthest_asked_ = 0;
  bool closed_ = false;
};

}  // namespace lucie::dolly
