#include "dolly/channel.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "base/digest.hpp"
#include "dolly/bytes.hpp"

namespace lucie::dolly {
namespace {

/// What strangers get to write into.
constexpr std::size_t least_memory = 4 << 10;

/// Strangers can make us hold no more than this; the lists of a large transfer need more.
std::size_t most_bytes(Kind kind, bool sealed) {
  if (!sealed) return 1 << 10;
  switch (kind) {
    case Kind::begin:
      return 64 << 20;
    case Kind::state:
      return 16 << 20;
    case Kind::have:
      return 256 << 20;
    case Kind::block:
    case Kind::packed:
      return block_size + block_header_size;
    default:
      return 4 << 10;
  }
}

std::string seal_of(const std::string& key, std::uint64_t count, std::string_view header,
                    std::string_view payload) {
  const std::string text = ByteWriter().number(count).text(header).text(payload).take();
  return base::hmac_sha256(key, text).substr(0, seal_size);
}

}  // namespace

void Channel::seal(std::string sending_key, std::string receiving_key) {
  sending_key_ = std::move(sending_key);
  receiving_key_ = std::move(receiving_key);
}

void Channel::send(Kind kind, std::string_view payload) {
  const std::lock_guard lock(sending_);
  const std::string header = frame_header(kind, payload.size());
  const std::string seal = sending_key_.empty() ? "" : seal_of(sending_key_, sent_++, header, payload);
  const std::string frame = header + std::string(payload) + seal;
  connection_->write(std::array{std::string_view(frame)});
}

void Channel::send(std::span<const Block> blocks) {
  const std::lock_guard lock(sending_);
  connection_->write_blocks(blocks);
}

/// Room for a frame of `size` bytes from begin_ on, and for as much as may come behind it.
void Channel::make_room(std::size_t size) {
  if (begin_ == end_ && memory_.use_count() == 1) begin_ = end_ = 0;  // nobody holds what was received
  if (begin_ + size <= capacity_) return;
  const bool stranger = receiving_key_.empty();
  const std::size_t capacity = std::max(size, stranger ? least_memory : MemoryPool::piece_size);
  Memory larger = stranger ? std::make_shared_for_overwrite<char[]>(capacity) : pool_.take(capacity);
  std::copy_n(memory_.get() + begin_, end_ - begin_, larger.get());
  end_ -= begin_;
  begin_ = 0;
  memory_ = std::move(larger);
  capacity_ = capacity;
}

/// Reads until `size` bytes are there that were not received yet.
void Channel::fill(std::size_t size, milliseconds limit) {
  make_room(size);
  while (end_ - begin_ < size) {
    const std::size_t count =
        connection_->read(memory_.get() + end_, capacity_ - end_, size - (end_ - begin_), limit);
    if (count == 0) throw ConnectionLost("the connection was closed");
    end_ += count;
  }
}

/// The header at begin_.
Channel::Header Channel::header() const {
  ByteReader reader({memory_.get() + begin_, frame_header_size});
  Header header;
  header.kind = static_cast<Kind>(reader.number<std::uint8_t>());
  header.size = reader.number<std::uint32_t>();
  header.sealed = !receiving_key_.empty() && !is_block(header.kind);
  return header;
}

bool Channel::has_frame() const {
  return end_ - begin_ >= frame_header_size && end_ - begin_ >= header().whole();
}

Frame Channel::receive(milliseconds limit) {
  if (begin_ == end_) {
    if (const auto block = connection_->read_block(limit))
      return {static_cast<Kind>(block->frame.front()), block->frame.substr(frame_header_size), block->frame,
              block->memory};
  }
  fill(frame_header_size, limit);
  const auto [kind, size, sealed] = header();
  if (size > most_bytes(kind, !receiving_key_.empty()))
    throw Garbled(fmt::format("a frame of kind {} with {} bytes", static_cast<int>(kind), size));
  fill(header().whole(), limit);
  const std::string_view whole(memory_.get() + begin_, frame_header_size + size);
  begin_ += whole.size();
  const Frame frame{kind, whole.substr(frame_header_size), whole, memory_};
  if (sealed) {
    const std::string_view seal(memory_.get() + begin_, seal_size);
    begin_ += seal_size;
    const auto head = whole.substr(0, frame_header_size);
    if (!base::equal_secrets(seal, seal_of(receiving_key_, received_++, head, frame.payload)))
      throw Garbled("a frame with a wrong seal");
  }
  return frame;
}

void refuse(Channel& channel, Refusal why, const std::string& text) noexcept {
  try {
    channel.send(Kind::refuse, encode(RefuseMessage{why, text}));
  } catch (const std::exception&) {  // it is gone already
  }
}

}  // namespace lucie::dolly
