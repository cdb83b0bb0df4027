#pragma once

#include <memory>
#include <span>
#include <vector>

#include "dolly/block.hpp"

namespace lucie::dolly {

/// Compresses blocks (zstd) before they are sent, as long as that makes the transfer faster: it measures how
/// fast it compresses, how much smaller blocks become, and how fast the connection takes them. For one
/// thread.
class Packer {
 public:
  Packer();
  ~Packer();

  /// The same blocks, those packed that become smaller by it.
  std::vector<Block> pack(std::vector<Block> blocks);
  /// The connection took so many bytes in this time.
  void sent(std::size_t bytes, Clock::duration time);
  /// Whether blocks are packed now, but for a few that show whether it would pay again.
  bool pays() const { return pays_; }

 private:
  struct Context;
  Block pack_one(const Block& block);
  void judge();

  std::unique_ptr<Context> context_;
  MemoryPool pool_;
  Memory memory_;
  std::size_t used_ = 0;
  bool pays_ = true;
  std::size_t blocks_ = 0;                     ///< since the last judgement
  double raw_ = 0, packed_ = 0, packing_ = 0;  ///< bytes before and after, seconds: of what was packed lately
  double sent_ = 0, sending_ = 0;              ///< bytes, seconds: lately
};

/// Unpacks blocks again. For one thread.
class Unpacker {
 public:
  Unpacker();
  ~Unpacker();

  /// The blocks as they were before they were packed. What cannot be unpacked becomes zeros, so that the
  /// digest of its chunk is wrong.
  std::vector<Block> unpack(std::span<const Block> blocks);

 private:
  struct Context;
  Block unpack_one(const Block& block, const Memory& memory, char* frame);

  std::unique_ptr<Context> context_;
  MemoryPool pool_;
};

}  // namespace lucie::dolly
