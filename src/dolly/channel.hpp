#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dolly/connection.hpp"
#include "dolly/protocol.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

/// Frames over a connection: kind (1 byte), length of the payload (4 bytes), payload, and after the handshake
/// a seal of 16 bytes on every frame but blocks (which have a checksum, and their chunk a digest).
class Channel {
 public:
  explicit Channel(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  /// From now on frames are sealed with these keys, one a direction.
  void seal(std::string sending_key, std::string receiving_key);

  /// For several threads. Throws ConnectionLost.
  void send(Kind kind, std::string_view payload = {});
  void send(std::span<const Block> blocks);

  /// For one thread. Waits at most `limit` for each piece (0: for ever). Throws ConnectionLost for the end of
  /// the stream, a broken seal and frames larger than their kind may be.
  Frame receive(milliseconds limit);
  /// For the same thread: the next frame was read already.
  bool has_frame() const;

  void shut_down() noexcept { connection_->shut_down(); }
  std::string peer() const { return connection_->peer(); }

 private:
  struct Header {
    Kind kind{};
    std::size_t size = 0;  ///< of the payload
    bool sealed = false;
    std::size_t whole() const { return frame_header_size + size + (sealed ? seal_size : 0); }
  };

  Header header() const;
  void fill(std::size_t size, milliseconds limit);
  void make_room(std::size_t size);

  std::unique_ptr<Connection> connection_;
  Mutex sending_;
  std::string sending_key_, receiving_key_;
  std::uint64_t sent_ = 0, received_ = 0;  ///< sealed frames, so that none can be repeated or left out
  // What was read: the bytes from begin_ to end_ of memory_ were not received yet.
  MemoryPool pool_;
  Memory memory_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

/// Sends a refusal if it still can be sent.
void refuse(Channel& channel, Refusal why, const std::string& text) noexcept;

}  // namespace lucie::dolly
