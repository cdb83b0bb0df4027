#include "dolly/store.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace lucie::dolly {
namespace {

/// Bytes that may wait for the disk before the network has to wait, and bytes held at all: what is written
/// already stays for the successors as long as there is room.
constexpr std::size_t most_to_write = 16 << 20, most_held = 24 << 20;

/// Chunks of a stream come in order, but for those that came damaged.
constexpr std::size_t most_missing = 4096;

/// Blocks that are written or sent with one call.
constexpr std::size_t blocks_at_once = 16;

/// Blocks that the disk's thread is woken for, unless a chunk ends: waking it for each would cost more than
/// writing it.
constexpr std::size_t blocks_worth_a_write = 8;

}  // namespace

std::vector<Block> read_blocks(ChunkFiles& files, MemoryPool& pool, const Layout& layout, std::uint32_t chunk,
                               std::uint32_t offset, std::uint32_t end) {
  constexpr std::size_t room = frame_header_size + block_header_size + block_size;
  const ChunkPlace place = layout.place(chunk);
  const Memory memory = pool.take();
  std::vector<Block> blocks;
  for (std::size_t used = 0; offset < end && used + room <= MemoryPool::piece_size; used += room) {
    const std::size_t size = std::min<std::size_t>(block_size, place.size - offset);
    char* const frame = memory.get() + used;
    files.read(place, offset, {content_place(frame), size});
    blocks.push_back(finish_block(memory, frame, chunk, offset, size));
    offset += static_cast<std::uint32_t>(size);
  }
  return blocks;
}

std::string read_digest(ChunkFiles& files, MemoryPool& pool, const Layout& layout, std::uint32_t chunk,
                        Verify verify) {
  ChunkDigest digest(verify);
  const std::uint32_t size = layout.place(chunk).size;
  for (std::uint32_t offset = 0; offset < size;) {
    for (const Block& block : read_blocks(files, pool, layout, chunk, offset, size)) {
      digest.add(block);
      offset += block.size();
    }
  }
  return digest.finish();
}

Store::Store(const Layout& layout, ChunkFiles& files)
    : layout_(layout), files_(files), chunks_(layout.is_stream() ? 0 : layout.chunks()) {}

/// With the lock held. What is known of a stream grows with it.
Store::ChunkState& Store::state_of(std::uint32_t chunk) {
  if (chunk < chunks_.size()) return chunks_[chunk];
  if (!layout_.is_stream() || chunk > chunks_.size() + most_missing)
    throw Garbled(fmt::format("chunk {} cannot be", chunk));
  chunks_.resize(chunk + 1);
  return chunks_.back();
}

bool Store::announce(std::uint32_t chunk, const std::string& sha256, const std::string& signature) {
  const std::lock_guard lock(mutex_);
  ChunkState& state = state_of(chunk);
  if (state.announced) return state.sha256 == sha256;
  state.announced = true;
  state.sha256 = sha256;
  state.signature = signature;
  order_.push_back(chunk);
  came_.notify_all();
  return true;
}

void Store::put(std::span<const Block> blocks) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return closed_ || bytes_to_write_ < most_to_write; });
  if (closed_) return;
  last_put_ = Clock::now();
  if (put_ == 0) first_put_ = last_put_;
  for (const Block& block : blocks) {
    take(block);
    put_ += block.size();
  }
  drop_old_blocks();
  if (has_work()) work_.notify_one();
  came_.notify_all();
}

/// With the lock held.
void Store::take(const Block& block) {
  ChunkState& state = state_of(block.chunk);
  if (block.offset < state.filled || state.verified) return;
  const std::uint32_t size = layout_.place(block.chunk).size;
  const auto length = block.size();
  if (!state.announced || block.offset != state.filled ||
      length != std::min<std::uint32_t>(block_size, size - block.offset))
    throw Garbled(fmt::format("block at {} of chunk {} does not follow", block.offset, block.chunk));
  state.filled += length;
  received_ += length;
  bytes_to_write_ += length;
  recent_[key(block.chunk, block.offset)] = block;
  to_write_.push_back(block);
  if (ends_chunk(block)) ++ended_to_write_;
}

void Store::found(std::uint32_t chunk, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  found_[chunk] = sha256;
}

void Store::forget_found(std::size_t file) {
  const std::lock_guard lock(mutex_);
  std::erase_if(found_, [&](const auto& each) {
    const ChunkPlace place = layout_.place(each.first);
    return place.file == file && !place.list;
  });
}

bool Store::confirm(std::uint32_t chunk, const std::string& sha256, const std::string& signature) {
  const std::lock_guard lock(mutex_);
  ChunkState& state = state_of(chunk);
  if (state.verified) return state.sha256 == sha256;
  const auto there = found_.find(chunk);
  if (there == found_.end() || there->second != sha256) return false;
  if (!state.announced) order_.push_back(chunk);
  state.announced = true;
  state.sha256 = sha256;
  state.signature = signature;
  received_ += layout_.place(chunk).size - state.filled;
  state.filled = layout_.place(chunk).size;
  mark_verified(state, chunk);
  return true;
}

bool Store::ends_chunk(const Block& block) const {
  return block.offset + block.size() == layout_.place(block.chunk).size;
}

/// With the lock held. As long as anything waits that ends a chunk there is work, so that no chunk stays
/// unverified.
bool Store::has_work() const {
  return ended_to_write_ > 0 || to_write_.size() >= blocks_worth_a_write;
}

std::vector<Block> Store::next_to_write() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] { return closed_ || has_work(); });
  std::vector<Block> blocks;
  while (!closed_ && !to_write_.empty() && blocks.size() < blocks_at_once) {
    const Block& next = to_write_.front();
    if (!blocks.empty() &&
        (next.chunk != blocks.back().chunk || next.offset != blocks.back().offset + block_size))
      break;
    if (ends_chunk(next)) --ended_to_write_;
    blocks.push_back(std::move(to_write_.front()));
    to_write_.pop_front();
  }
  return blocks;
}

void Store::written(std::span<const Block> blocks) {
  const std::lock_guard lock(mutex_);
  for (const Block& block : blocks) {
    bytes_to_write_ -= block.size();
    bytes_written_ += block.size();
    written_.push_back(key(block.chunk, block.offset));
  }
  drop_old_blocks();
  room_.notify_all();
}

void Store::drop_old_blocks() {
  while (!written_.empty() && bytes_to_write_ + bytes_written_ > most_held) {
    const auto oldest = recent_.find(written_.front());
    written_.pop_front();
    bytes_written_ -= oldest->second.size();
    recent_.erase(oldest);
  }
}

void Store::verified(std::uint32_t chunk) {
  const std::lock_guard lock(mutex_);
  if (ChunkState& state = chunks_.at(chunk); !state.verified) mark_verified(state, chunk);
}

/// With the lock held.
void Store::mark_verified(ChunkState& state, std::uint32_t chunk) {
  state.verified = true;
  found_.erase(chunk);
  verified_ += layout_.place(chunk).size;
  ++chunks_verified_;
  files_.verified(layout_.place(chunk));
  came_.notify_all();
}

void Store::discard(std::uint32_t chunk) {
  const std::lock_guard lock(mutex_);
  ChunkState& state = chunks_.at(chunk);
  received_ -= state.filled;
  // Nothing wrong may be taken on from memory; what the successors got already, they refuse themselves.
  for (std::uint32_t offset = 0; offset < state.filled; offset += block_size) {
    const auto wrong = recent_.find(key(chunk, offset));
    if (wrong == recent_.end()) continue;
    bytes_written_ -= wrong->second.size();
    recent_.erase(wrong);
  }
  std::erase_if(written_, [chunk](std::uint64_t each) { return each >> 32 == chunk; });
  state.filled = 0;
  came_.notify_all();
}

std::string Store::digest(std::uint32_t chunk) const {
  const std::lock_guard lock(mutex_);
  return chunks_.at(chunk).sha256;
}

ChunkHeader Store::header(std::uint32_t chunk) const {
  const std::lock_guard lock(mutex_);
  const ChunkState& state = chunks_.at(chunk);
  return {chunk, state.sha256, layout_.place(chunk).size, state.signature};
}

std::optional<std::uint32_t> Store::in_order(std::size_t place, milliseconds limit,
                                             const Interrupted& interrupted) {
  std::unique_lock lock(mutex_);
  furthest_asked_ = std::max(furthest_asked_, place);
  asked_.notify_all();
  came_.wait_for(lock, limit, [&] { return closed_ || place < order_.size() || interrupted(); });
  if (place >= order_.size()) return std::nullopt;
  return order_[place];
}

std::vector<Block> Store::blocks(std::uint32_t chunk, std::uint32_t offset, milliseconds limit,
                                 const Interrupted& interrupted) {
  std::uint32_t end = offset;
  {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, limit, [&] { return closed_ || chunks_[chunk].filled > offset || interrupted(); });
    std::vector<Block> blocks;
    const std::uint32_t filled = chunks_[chunk].filled;
    for (std::uint32_t next = offset; next < filled && blocks.size() < blocks_at_once; next += block_size) {
      const auto recent = recent_.find(key(chunk, next));
      if (recent == recent_.end()) break;
      blocks.push_back(recent->second);
    }
    if (!blocks.empty() || filled <= offset) return blocks;
    // Those that are no longer in memory are in the file; those that are may not be there yet.
    while (end < filled && !recent_.contains(key(chunk, end)))
      end = std::min<std::uint32_t>(end + block_size, filled);
  }
  return read_blocks(files_, pool_, layout_, chunk, offset, end);
}

bool Store::is_verified(std::uint32_t chunk) const {
  const std::lock_guard lock(mutex_);
  return chunk < chunks_.size() && chunks_[chunk].verified;
}

bool Store::wait_until_looked_at(std::uint32_t chunk) {
  std::unique_lock lock(mutex_);
  const ChunkState& state = chunks_.at(chunk);
  const std::uint32_t size = layout_.place(chunk).size;
  came_.wait(lock, [&] { return closed_ || state.verified || state.filled < size; });
  return state.verified;
}

std::vector<ChunkHeader> Store::present() const {
  const std::lock_guard lock(mutex_);
  std::vector<ChunkHeader> headers;
  for (std::uint32_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (chunks_[chunk].verified) headers.push_back({chunk, chunks_[chunk].sha256});
  }
  for (const auto& [chunk, sha256] : found_) headers.push_back({chunk, sha256});
  return headers;
}

void Store::wake() {
  // The lock makes sure that whoever is about to wait has seen what changed, or is woken.
  const std::lock_guard lock(mutex_);
  came_.notify_all();
}

std::uint64_t Store::bytes_received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

double Store::usual_rate() const {
  const std::lock_guard lock(mutex_);
  const std::chrono::duration<double> seconds = last_put_ - first_put_;
  return seconds.count() > 0 ? static_cast<double>(put_) / seconds.count() : 0;
}

std::uint64_t Store::bytes_verified() const {
  const std::lock_guard lock(mutex_);
  return verified_;
}

bool Store::complete() const {
  const std::lock_guard lock(mutex_);
  return chunks_verified_ == layout_.chunks();
}

bool Store::wait_until_asked(std::size_t ahead) {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, [&] { return closed_ || order_.size() < furthest_asked_ + ahead; });
  return !closed_;
}

bool Store::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void Store::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto* each : {&came_, &room_, &work_, &asked_}) each->notify_all();
}

}  // namespace lucie::dolly
