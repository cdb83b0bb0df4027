#include "dolly/sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/pieces.hpp"
#include "net/listen.hpp"

namespace lucie::dolly {
namespace {

[[noreturn]] void lost(const std::string& why) {
  throw ConnectionLost(why);
}

/// True when `events` came within `limit` (0: no limit).
bool wait_for(int socket, short events, milliseconds limit) {
  pollfd file{socket, events, 0};
  const int found = poll(&file, 1, limit.count() > 0 ? static_cast<int>(limit.count()) : -1);
  return found > 0 || (found < 0 && errno == EINTR);
}

bool is_momentary() {
  return errno == EAGAIN || errno == EINTR;
}

/// Bytes that a reader is woken for at the latest.
constexpr std::size_t most_at_once = 64 << 10;

class TcpConnection : public Connection {
 public:
  explicit TcpConnection(base::FileDescriptor socket)
      : socket_(std::move(socket)), peer_(net::peer_address(socket_.get())) {
    // Control frames are small and must not wait for a full segment.
    const int yes = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }

  std::size_t read(char* buffer, std::size_t size, std::size_t wanted, milliseconds limit) override {
    for (bool silent = false;;) {
      const ssize_t count = recv(socket_.get(), buffer, size, MSG_DONTWAIT);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (!is_momentary()) lost(std::strerror(errno));
      if (silent)
        lost(fmt::format("no sign of life for {:.1f} s", static_cast<double>(limit.count()) / 1000));
      // Fewer bytes than wanted are a sign of life, too: they are looked for once more.
      wake_for(std::min(wanted, most_at_once));
      silent = !wait_for(socket_.get(), POLLIN, limit);
    }
  }

  void write(std::span<const std::string_view> pieces) override {
    for (Pieces left(pieces); !left.empty();) {
      const auto next = left.next();
      msghdr message{};
      message.msg_iov = next.data();
      message.msg_iovlen = next.size();
      const ssize_t count = sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && !is_momentary()) lost(std::strerror(errno));
      if (count < 0) {
        wait_for(socket_.get(), POLLOUT, milliseconds(0));
      } else {
        left.taken(static_cast<std::size_t>(count));
      }
    }
  }

  void shut_down() noexcept override { shutdown(socket_.get(), SHUT_RDWR); }
  std::string peer() const override { return peer_; }

 private:
  /// A reader that waits for a whole block is not woken for each packet of it.
  void wake_for(std::size_t bytes) {
    const int mark = static_cast<int>(bytes);
    if (std::exchange(mark_, mark) == mark) return;
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark);
  }

  base::FileDescriptor socket_;
  std::string peer_;
  int mark_ = 1;
};

class TcpListener : public Listener {
 public:
  TcpListener(const std::string& address, std::uint16_t port) : socket_(net::listen_tcp(address, port)) {}

  std::unique_ptr<Connection> accept(milliseconds limit) override {
    if (!wait_for(socket_.get(), POLLIN, limit)) return nullptr;
    base::FileDescriptor taken(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!taken.valid()) return nullptr;
    return std::make_unique<TcpConnection>(std::move(taken));
  }
  std::uint16_t port() const override { return net::local_port(socket_.get()); }

 private:
  base::FileDescriptor socket_;
};

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses addresses_of(const std::string& name, std::uint16_t port) {
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  wish.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int fault = getaddrinfo(name.c_str(), std::to_string(port).c_str(), &wish, &list);
  if (fault != 0) lost(fmt::format("'{}' has no address: {}", name, gai_strerror(fault)));
  return Addresses(list);
}

/// A connected socket, or an invalid one with errno.
base::FileDescriptor connect_to(const addrinfo& address, milliseconds limit) {
  base::FileDescriptor made(
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!made.valid() || connect(made.get(), address.ai_addr, address.ai_addrlen) == 0) return made;
  if (errno != EINPROGRESS) return {};
  if (!wait_for(made.get(), POLLOUT, limit)) {
    errno = ETIMEDOUT;
    return {};
  }
  int fault = 0;
  socklen_t size = sizeof fault;
  getsockopt(made.get(), SOL_SOCKET, SO_ERROR, &fault, &size);
  errno = fault;
  return fault == 0 ? std::move(made) : base::FileDescriptor();
}

}  // namespace

std::unique_ptr<Connection> TcpNetwork::dial(const std::string& address, std::uint16_t port,
                                             milliseconds limit) {
  const Addresses list = addresses_of(address, port);
  int fault = 0;
  for (const addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
    base::FileDescriptor socket = connect_to(*each, limit);
    if (socket.valid()) return std::make_unique<TcpConnection>(std::move(socket));
    fault = errno;
  }
  lost(std::strerror(fault));
}

std::unique_ptr<Listener> listen_for_ring(const std::string& address, std::uint16_t port) {
  return std::make_unique<TcpListener>(address, port);
}

}  // namespace lucie::dolly
