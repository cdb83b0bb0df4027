#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "dolly/chunk_digest.hpp"
#include "dolly/offer.hpp"
#include "dolly/protocol.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

/// Where chunks lie on disk.
class ChunkFiles {
 public:
  virtual ~ChunkFiles() = default;
  /// Fills `buffer` with what lies at `offset` of the chunk. Throws lucie::Error when it cannot be read.
  virtual void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) = 0;
  /// The chunk is verified. Called once for each, with the store locked.
  virtual void verified(const ChunkPlace&) {}
};

/// Blocks of a chunk as its file has them, from `offset` to `end`, as many as fit into one piece of the
/// pool's memory.
std::vector<Block> read_blocks(ChunkFiles& files, MemoryPool& pool, const Layout& layout, std::uint32_t chunk,
                               std::uint32_t offset, std::uint32_t end);
/// Digest of a chunk as its file has it.
std::string read_digest(ChunkFiles& files, MemoryPool& pool, const Layout& layout, std::uint32_t chunk,
                        Verify verify);

/// What one program has of a transfer: the states of all chunks, the order in which they came, and the newest
/// blocks in memory. The threads meet here: one puts what arrives, one takes it to disk, one for each
/// successor takes it on. Blocks that are no longer in memory are read from the files, so that a slow
/// successor never holds up the others.
class Store {
 public:
  Store(const Layout& layout, ChunkFiles& files);

  // What arrives.
  /// False when the chunk was announced with another digest before.
  bool announce(std::uint32_t chunk, const std::string& sha256, const std::string& signature = {});
  /// Blocks of a chunk come in order; what is there already is left out. Waits while too much waits for the
  /// disk. Throws ConnectionLost for a block that does not follow.
  void put(std::span<const Block> blocks);
  /// The chunk lies on disk with this digest, as was found before the transfer (not yet confirmed by it).
  void found(std::uint32_t chunk, const std::string& sha256);
  /// What was found of this file's content does not count.
  void forget_found(std::size_t file);
  /// The sender says that we have it: true when that is so.
  bool confirm(std::uint32_t chunk, const std::string& sha256, const std::string& signature = {});

  // To disk.
  /// Waits until a few blocks or the end of a chunk have come; the next ones of one chunk, one behind the
  /// other. Empty when the store was closed.
  std::vector<Block> next_to_write();
  void written(std::span<const Block> blocks);
  void verified(std::uint32_t chunk);
  /// Its content was wrong: as if nothing of it had come.
  void discard(std::uint32_t chunk);
  std::string digest(std::uint32_t chunk) const;
  /// As the chunk was announced.
  ChunkHeader header(std::uint32_t chunk) const;

  // On to a successor.
  using Interrupted = std::function<bool()>;
  /// The chunk that came at this place of the order; waits at most `limit`, or until `interrupted` (asked
  /// after each `wake`).
  std::optional<std::uint32_t> in_order(std::size_t place, milliseconds limit,
                                        const Interrupted& interrupted);
  /// What has come of the chunk from `offset` on, or a part of it; empty when nothing has within `limit`.
  std::vector<Block> blocks(std::uint32_t chunk, std::uint32_t offset, milliseconds limit,
                            const Interrupted& interrupted);
  bool is_verified(std::uint32_t chunk) const;
  /// Waits while all of the chunk has come but is not looked at yet. True when it is verified.
  bool wait_until_looked_at(std::uint32_t chunk);
  /// Chunks that lie on disk, each with its digest: what a sender need not send.
  std::vector<ChunkHeader> present() const;
  void wake();

  // How far.
  std::uint64_t bytes_received() const;
  std::uint64_t bytes_verified() const;
  /// Bytes per second that blocks came with, from the first one to the last; 0 when none came.
  double usual_rate() const;
  bool complete() const;
  const Layout& layout() const { return layout_; }
  /// Waits until a successor is nearer than `ahead` to the end of the order, so that the sender does not read
  /// too far ahead; false when closed.
  bool wait_until_asked(std::size_t ahead);
  bool is_closed() const;
  /// Ends all waiting.
  void close();

 private:
  struct ChunkState {
    bool announced = false, verified = false;
    std::uint32_t filled = 0;  ///< bytes that came
    std::string sha256, signature;
  };
  void take(const Block& block);
  ChunkState& state_of(std::uint32_t chunk);
  bool has_work() const;
  bool ends_chunk(const Block& block) const;
  void drop_old_blocks();
  void mark_verified(ChunkState& state, std::uint32_t chunk);
  static std::uint64_t key(std::uint32_t chunk, std::uint32_t offset) {
    return static_cast<std::uint64_t>(chunk) << 32 | offset;
  }

  const Layout& layout_;
  ChunkFiles& files_;
  MemoryPool pool_;
  mutable Mutex mutex_;
  Condition came_, room_, work_, asked_;
  std::vector<ChunkState> chunks_;
  std::vector<std::uint32_t> order_;
  std::unordered_map<std::uint32_t, std::string> found_;
  std::unordered_map<std::uint64_t, Block> recent_;
  std::deque<Block> to_write_;
  std::deque<std::uint64_t> written_;  ///< keys of blocks in `recent_` that are on disk, oldest first
  std::size_t ended_to_write_ = 0;     ///< blocks in `to_write_` that are the last ones of their chunks
  std::size_t bytes_to_write_ = 0, bytes_written_ = 0;
  std::uint64_t received_ = 0, verified_ = 0;
  std::uint32_t chunks_verified_ = 0;
  std::size_t furthest_asked_ = 0;
  std::uint64_t put_ = 0;  ///< bytes of blocks, with those that came twice
  Clock::time_point first_put_, last_put_;
  bool closed_ = false;
};

}  // namespace lucie::dolly
