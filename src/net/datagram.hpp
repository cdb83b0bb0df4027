#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"

/// UDP over IPv4, to one host or to a multicast group.
namespace lucie::net {

struct Datagram {
  std::string bytes;
  std::string address;  ///< of the other end
  std::uint16_t port = 0;
};

/// One UDP socket. Throws EnvironmentError ("send to 10.0.0.1:8082: Network is unreachable").
class DatagramSocket {
 public:
  /// Bound to that address (empty: any) and port (0: any free one). `shared`: others may be bound there, too,
  /// and all of them hear the multicasts.
  explicit DatagramSocket(const std::string& address = {}, std::uint16_t port = 0, bool shared = false);

  std::uint16_t port() const;

  /// Hears a multicast group on the interface with that address of ours; again is no harm.
  void join(const std::string& group, const std::string& own_address);
  /// Multicasts leave by the interface with that address of ours, and cross at most `hops` - 1 routers.
  void multicast_by(const std::string& own_address, int hops);

  void send(std::string_view bytes, const std::string& address, std::uint16_t port) const;
  /// The next datagram, or nothing when the time is up. Of a longer one, `most` + 1 bytes are kept, so that
  /// it is seen to be longer.
  std::optional<Datagram> receive(std::chrono::milliseconds wait, std::size_t most) const;

 private:
  base::FileDescriptor socket_;
};

/// The IPv4 addresses of this machine's interfaces that are up.
std::vector<std::string> own_addresses();

}  // namespace lucie::net
