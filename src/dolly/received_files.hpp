#pragma once

#include <functional>
#include <memory>

#include "dolly/store.hpp"

namespace lucie::dolly {

/// What a receiving node asks of the place where it keeps what it gets: files below its root (Destination),
/// or the disk of a simulated node.
class ReceivedFiles : public ChunkFiles {
 public:
  /// Before the first byte is written: reserves the room. Throws NoPlace.
  virtual void reserve() = 0;
  /// Tells the store which chunks lie here from an earlier transfer. `alive` is called between chunks.
  virtual void find_chunks(Store& store, Verify verify, const std::function<void()>& alive) = 0;
  /// Blocks of one chunk, one behind the other. Throws lucie::Error.
  virtual void write(const ChunkPlace& place, std::span<const Block> blocks) = 0;
  /// All chunks of the list of a tree are verified: what comes of its content has its place now. Called
  /// whenever content comes, by several threads. Throws lucie::Error when the list is wrong.
  virtual void open_list(Store& store, std::size_t file) = 0;
  /// Everything is verified: to the disk, and under its name. Throws lucie::Error.
  virtual void finish(const Layout& layout) = 0;
  /// It is finished, and nothing of it is changed here any more.
  virtual void settled() {}
  /// Nobody waits for the end any more: `finish` throws if it has to wait for others itself.
  virtual void cancel() noexcept {}
  /// Removes what was written: it is in the way. `fresh_only`: not what an earlier transfer left.
  virtual void remove_unfinished(bool fresh_only = false) noexcept = 0;
};

/// Where the files of an offer go. Throws NoPlace when they cannot be received here.
using OpenFiles = std::function<std::unique_ptr<ReceivedFiles>(const Offer&)>;

}  // namespace lucie::dolly
