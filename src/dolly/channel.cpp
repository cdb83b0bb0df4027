#include "dolly/channel.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "dolly/bytes.hpp"

namespace lucie::dolly {
namespace {

constexpr std::size_t header_size = 5, seal_size = 16;

/// Strangers can make us hold no more than this; the lists of a large transfer need more.
std::size_t most_bytes(Kind kind, bool sealed) {
  if (!sealed) return 1 << 10;
  switch (kind) {
    case Kind::begin:
      return 64 << 20;
    case Kind::have:
      return 256 << 20;
    case Kind::block:
      return block_size + block_header_size;
    default:
      return 4 << 10;
  }
}

std::string header_of(Kind kind, std::size_t size) {
  return ByteWriter().number(static_cast<std::uint8_t>(kind)).number(static_cast<std::uint32_t>(size)).take();
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
  const std::string header = header_of(kind, payload.size());
  const std::string seal = sending_key_.empty() ? "" : seal_of(sending_key_, sent_++, header, payload);
  connection_->write(header, std::string(payload) + seal);
}

void Channel::send_block(const BlockHeader& header, std::string_view content) {
  const std::lock_guard lock(sending_);
  connection_->write(header_of(Kind::block, block_header_size + content.size()) + encode(header), content);
}

void Channel::read_exactly(char* buffer, std::size_t size, milliseconds limit) {
  while (size > 0) {
    const std::size_t count = connection_->read(buffer, size, limit);
    if (count == 0) throw ConnectionLost("the connection was closed");
    buffer += count;
    size -= count;
  }
}

Frame Channel::receive(milliseconds limit) {
  std::string header(header_size, '\0');
  read_exactly(header.data(), header.size(), limit);
  ByteReader reader(header);
  Frame frame;
  frame.kind = static_cast<Kind>(reader.number<std::uint8_t>());
  const std::size_t size = reader.number<std::uint32_t>();
  const bool sealed = !receiving_key_.empty();
  if (size > most_bytes(frame.kind, sealed))
    throw ConnectionLost(fmt::format("a frame of kind {} with {} bytes", header[0], size));
  frame.payload.resize(size);
  read_exactly(frame.payload.data(), size, limit);
  if (sealed && frame.kind != Kind::block) {
    std::string seal(seal_size, '\0');
    read_exactly(seal.data(), seal.size(), limit);
    if (!base::equal_secrets(seal, seal_of(receiving_key_, received_++, header, frame.payload)))
      throw ConnectionLost("a frame with a wrong seal");
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
