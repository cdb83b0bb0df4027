#include "dolly/packer.hpp"

#include <algorithm>
#include <cstring>
#include <zstd.h>

#include "dolly/protocol.hpp"

namespace lucie::dolly {
namespace {

/// The fastest of zstd's usual levels: a ring is as fast as its wire, and the master has to keep up with it.
constexpr int level = 1;

/// A block that does not become smaller by this much goes as it is, so that nobody has to unpack it.
constexpr double least_gain = 0.05;

/// Blocks (of 64 KiB) between two judgements, and of these the ones that are packed although it does not pay,
/// to see whether it would.
constexpr std::size_t blocks_a_judgement = 256, tried_blocks = 8;

/// What was measured before counts half at each judgement.
constexpr double memory_of_the_past = 0.5;

constexpr std::size_t room = frame_header_size + packed_header_size + block_size;

double seconds(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

struct Packer::Context {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> zstd{ZSTD_createCCtx(), ZSTD_freeCCtx};
};

struct Unpacker::Context {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> zstd{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

Packer::Packer() : context_(std::make_unique<Context>()) {}
Packer::~Packer() = default;
Unpacker::Unpacker() : context_(std::make_unique<Context>()) {}
Unpacker::~Unpacker() = default;

std::vector<Block> Packer::pack(std::vector<Block> blocks) {
  for (Block& block : blocks) {
    if (++blocks_ == blocks_a_judgement) judge();
    if (block.unpacked == 0 && (pays_ || blocks_ < tried_blocks)) block = pack_one(block);
  }
  return blocks;
}

Block Packer::pack_one(const Block& block) {
  const std::string_view content = block.content();
  const auto most = static_cast<std::size_t>(static_cast<double>(content.size()) * (1 - least_gain));
  if (!memory_ || used_ + room > MemoryPool::piece_size) {
    memory_ = pool_.take();
    used_ = 0;
  }
  char* const frame = memory_.get() + used_;
  const auto begun = Clock::now();
  // It fails when the result does not fit.
  const std::size_t size = ZSTD_compressCCtx(context_->zstd.get(), packed_content_place(frame), most,
                                             content.data(), content.size(), level);
  const bool smaller = ZSTD_isError(size) == 0;
  packing_ += seconds(Clock::now() - begun);
  raw_ += static_cast<double>(content.size());
  packed_ += static_cast<double>(smaller ? size : content.size());
  if (!smaller) return block;
  used_ += frame_header_size + packed_header_size + size;
  return finish_packed_block(memory_, frame, block, size);
}

void Packer::sent(std::size_t bytes, Clock::duration time) {
  sent_ += static_cast<double>(bytes);
  sending_ += seconds(time);
}

/// A byte costs `1 / speed of the wire` as it is, and packed the time to pack it and its share on the wire.
void Packer::judge() {
  blocks_ = 0;
  if (raw_ > 0 && sent_ > 0) {
    const double on_the_wire = sending_ / sent_, share = packed_ / raw_, to_pack = packing_ / raw_;
    pays_ = to_pack + share * on_the_wire < on_the_wire;
  }
  for (double* each : {&raw_, &packed_, &packing_, &sent_, &sending_}) *each *= memory_of_the_past;
}

std::vector<Block> Unpacker::unpack(std::span<const Block> blocks) {
  std::vector<Block> unpacked;
  Memory memory;
  std::size_t used = 0;
  for (const Block& block : blocks) {
    if (block.unpacked == 0) {
      unpacked.push_back(block);
      continue;
    }
    if (!memory || used + room > MemoryPool::piece_size) {
      memory = pool_.take();
      used = 0;
    }
    unpacked.push_back(unpack_one(block, memory, memory.get() + used));
    used += room;
  }
  return unpacked;
}

Block Unpacker::unpack_one(const Block& block, const Memory& memory, char* frame) {
  const std::string_view packed = block.content();
  char* const content = content_place(frame);
  const std::size_t size =
      ZSTD_decompressDCtx(context_->zstd.get(), content, block.unpacked, packed.data(), packed.size());
  if (size != block.unpacked) std::memset(content, 0, block.unpacked);
  return finish_block(memory, frame, block.chunk, block.offset, block.unpacked);
}

}  // namespace lucie::dolly
