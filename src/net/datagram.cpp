#include "net/datagram.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/error.hpp"
#include "net/listen.hpp"

namespace lucie::net {
namespace {

in_addr address_of(const std::string& text) {
  in_addr address{};
  if (!text.empty() && inet_pton(AF_INET, text.c_str(), &address) != 1)
    throw Error(fmt::format("'{}' is not an IPv4 address", text));
  return address;
}

sockaddr_in name_of(const std::string& address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr = address_of(address);
  return name;
}

std::string text_of(const in_addr& address) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

}  // namespace

DatagramSocket::DatagramSocket(const std::string& address, std::uint16_t port, bool shared)
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const std::string doing = fmt::format("bind UDP {}:{}", address.empty() ? "*" : address, port);
  if (!socket_.valid()) throw_errno(doing);
  const int yes = 1;
  if (shared) setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in name = name_of(address, port);
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) throw_errno(doing);
}

std::uint16_t DatagramSocket::port() const {
  return local_port(socket_.get());
}

void DatagramSocket::join(const std::string& group, const std::string& own_address) {
  ip_mreq membership{};
  membership.imr_multiaddr = address_of(group);
  membership.imr_interface = address_of(own_address);
  if (setsockopt(socket_.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership) != 0 &&
      errno != EADDRINUSE)
    throw_errno(fmt::format("join multicast group {} on {}", group, own_address));
}

void DatagramSocket::multicast_by(const std::string& own_address, int hops) {
  const in_addr interface = address_of(own_address);
  const bool set =
      setsockopt(socket_.get(), IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) == 0 &&
      setsockopt(socket_.get(), IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) == 0;
  if (!set) throw_errno(fmt::format("multicast by {}", own_address));
}

void DatagramSocket::send(std::string_view bytes, const std::string& address, std::uint16_t port) const {
  const sockaddr_in name = name_of(address, port);
  const ssize_t sent = sendto(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
                              reinterpret_cast<const sockaddr*>(&name), sizeof name);
  if (sent < 0) throw_errno(fmt::format("send to {}:{}", address, port));
}

std::optional<Datagram> DatagramSocket::receive(std::chrono::milliseconds wait, std::size_t most) const {
  pollfd file{socket_.get(), POLLIN, 0};
  const auto milliseconds = std::max<std::chrono::milliseconds::rep>(0, wait.count());
  if (poll(&file, 1, static_cast<int>(milliseconds)) <= 0) return std::nullopt;
  Datagram datagram;
  datagram.bytes.resize(most + 1);
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  const ssize_t count = recvfrom(socket_.get(), datagram.bytes.data(), datagram.bytes.size(), MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&peer), &size);
  if (count < 0) return std::nullopt;  // told by ICMP that nobody listens there, or gone again
  datagram.bytes.resize(static_cast<std::size_t>(count));
  datagram.address = text_of(peer.sin_addr);
  datagram.port = ntohs(peer.sin_port);
  return datagram;
}

std::vector<std::string> own_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) throw_errno("list the network interfaces");
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  std::vector<std::string> addresses;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET || (each->ifa_flags & IFF_UP) == 0)
      continue;
    addresses.push_back(text_of(reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr));
  }
  return addresses;
}

}  // namespace lucie::net
