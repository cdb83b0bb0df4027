#include "dolly/store.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/checksum.hpp"

namespace lucie::dolly {
namespace {

/// Bytes that may wait for the disk before the network has to wait, and bytes kept for successors after they
/// were written.
constexpr std::size_t most_to_write = 32 << 20, most_kept = 16 << 20;

}  // namespace

std::uint64_t checksum_of(std::string_view content) {
  return base::xxh3_64(content);
}

BlockPointer make_block(std::string content) {
  auto block = std::make_shared<Block>();
  block->checksum = checksum_of(content);
  block->content = std::move(content);
  return block;
}

Store::Store(const Layout& layout, ChunkFiles& files)
    : layout_(layout), files_(files), chunks_(layout.chunks()) {}

bool Store::announce(std::uint32_t chunk, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  ChunkState& state = chunks_.at(chunk);
  if (state.announced) return state.sha256 == sha256;
  state.announced = true;
  state.sha256 = sha256;
  order_.push_back(chunk);
  came_.notify_all();
  return true;
}

void Store::put(std::uint32_t chunk, std::uint32_t offset, BlockPointer block) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return closed_ || bytes_to_write_ < most_to_write; });
  ChunkState& state = chunks_.at(chunk);
  if (closed_ || offset < state.filled || state.verified) return;
  const std::uint32_t size = layout_.place(chunk).size;
  const auto length = static_cast<std::uint32_t>(block->content.size());
  if (!state.announced || offset != state.filled ||
      length != std::min<std::uint32_t>(block_size, size - offset))
    throw ConnectionLost(fmt::format("block at {} of chunk {} does not follow", offset, chunk));
  state.filled += length;
  received_ += length;
  bytes_to_write_ += length;
  recent_[key(chunk, offset)] = block;
  to_write_.push_back({chunk, offset, std::move(block), state.filled == size});
  came_.notify_all();
  work_.notify_one();
}

void Store::found(std::uint32_t chunk, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  found_[chunk] = sha256;
}

bool Store::confirm(std::uint32_t chunk, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  ChunkState& state = chunks_.at(chunk);
  if (state.verified) return state.sha256 == sha256;
  const auto there = found_.find(chunk);
  if (there == found_.end() || there->second != sha256) return false;
  if (!state.announced) order_.push_back(chunk);
  state.announced = true;
  state.sha256 = sha256;
  received_ += layout_.place(chunk).size - state.filled;
  state.filled = layout_.place(chunk).size;
  mark_verified(state, chunk);
  return true;
}

std::optional<Store::Waiting> Store::next_to_write() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] { return closed_ || !to_write_.empty(); });
  if (closed_) return std::nullopt;
  Waiting waiting = std::move(to_write_.front());
  to_write_.pop_front();
  return waiting;
}

void Store::written(const Waiting& waiting) {
  const std::lock_guard lock(mutex_);
  bytes_to_write_ -= waiting.block->content.size();
  bytes_written_ += waiting.block->content.size();
  written_.push_back(key(waiting.chunk, waiting.offset));
  drop_old_blocks();
  room_.notify_all();
}

void Store::drop_old_blocks() {
  while (bytes_written_ > most_kept) {
    const auto oldest = recent_.find(written_.front());
    written_.pop_front();
    bytes_written_ -= oldest->second->content.size();
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
    bytes_written_ -= wrong->second->content.size();
    recent_.erase(wrong);
  }
  std::erase_if(written_, [chunk](std::uint64_t each) { return each >> 32 == chunk; });
  state.filled = 0;
}

std::string Store::digest(std::uint32_t chunk) const {
  const std::lock_guard lock(mutex_);
  return chunks_.at(chunk).sha256;
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

BlockPointer Store::block(std::uint32_t chunk, std::uint32_t offset, milliseconds limit,
                          const Interrupted& interrupted) {
  const ChunkPlace& place = layout_.place(chunk);
  {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, limit, [&] { return closed_ || chunks_[chunk].filled > offset || interrupted(); });
    if (chunks_[chunk].filled <= offset) return nullptr;
    const auto recent = recent_.find(key(chunk, offset));
    if (recent != recent_.end()) return recent->second;
  }
  const auto size = std::min<std::uint32_t>(block_size, place.size - offset);
  return make_block(files_.read(place, offset, size));
}

bool Store::is_verified(std::uint32_t chunk) const {
  const std::lock_guard lock(mutex_);
  return chunks_.at(chunk).verified;
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

std::uint64_t Store::bytes_verified() const {
  const std::lock_guard lock(mutex_);
  return verified_;
}

bool Store::complete() const {
  const std::lock_guard lock(mutex_);
  return chunks_verified_ == chunks_.size();
}

bool Store::wait_until_asked(std::size_t ahead) {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, [&] { return closed_ || order_.size() < furthest_asked_ + ahead; });
  return !closed_;
}

void Store::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto* each : {&came_, &room_, &work_, &asked_}) each->notify_all();
}

}  // namespace lucie::dolly
