#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "dolly/block.hpp"

/// What the ring needs of a network, so that it can be run without sockets (tests, simulations).
namespace lucie::dolly {

/// The other end is gone, silent, or says what cannot be understood. Expected in a ring: it is caught where
/// the next node is chosen.
class ConnectionLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What came cannot be what the other end meant: it was changed on its way, or the other end is no good.
class Garbled : public ConnectionLost {
 public:
  using ConnectionLost::ConnectionLost;
};

/// A stream of bytes in both directions. One thread reads and one writes at a time; `shut_down` is for any
/// thread and wakes both.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Waits for at least one byte, at most `limit` (0: for ever); `wanted`, at most `size`: how many the
  /// reader can use, so that it need not be woken for fewer. Returns 0 at the end of the stream, throws
  /// ConnectionLost for a reset or when the time is up.
  virtual std::size_t read(char* buffer, std::size_t size, std::size_t wanted, milliseconds limit) = 0;
  /// Writes the pieces, one after the other. Throws ConnectionLost.
  virtual void write(std::span<const std::string_view> pieces) = 0;
  /// The frames of blocks. A network within one process may hand on their memory as it is.
  virtual void write_blocks(std::span<const Block> blocks) {
    std::vector<std::string_view> frames;
    frames.reserve(blocks.size());
    for (const Block& block : blocks) frames.push_back(block.frame);
    write(frames);
  }
  /// Waits as `read` does: the block that comes next if it was handed on so, with only `frame` and `memory`
  /// set; otherwise nothing, and what comes is to be read as bytes.
  virtual std::optional<Block> read_block(milliseconds) { return {}; }
  virtual void shut_down() noexcept = 0;
  /// The other end's address, for messages.
  virtual std::string peer() const = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;
  /// The next connection; null when none came within `limit`.
  virtual std::unique_ptr<Connection> accept(milliseconds limit) = 0;
  virtual std::uint16_t port() const = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  /// `address`: an IPv4 or IPv6 address, or a name. Throws ConnectionLost.
  virtual std::unique_ptr<Connection> dial(const std::string& address, std::uint16_t port,
                                           milliseconds limit) = 0;
};

}  // namespace lucie::dolly
