#include "net/listen.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.hpp"

namespace lucie::net {
namespace {

/// A whole cluster asks at once when it is switched on.
constexpr int most_waiting = 4096;

using NameOf = int (*)(int, sockaddr*, socklen_t*);

sockaddr_in ipv4_name(int socket, NameOf name_of) {
  sockaddr_in name{};
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (name_of(socket, reinterpret_cast<sockaddr*>(&storage), &size) == 0 && storage.ss_family == AF_INET)
    std::memcpy(&name, &storage, sizeof name);
  return name;
}

std::string text_of(const sockaddr_in& name) {
  char text[INET_ADDRSTRLEN] = "";
  if (name.sin_family == AF_INET) inet_ntop(AF_INET, &name.sin_addr, text, sizeof text);
  return text;
}

}  // namespace

base::FileDescriptor listen_tcp(const std::string& address, std::uint16_t port) {
  const std::string doing = fmt::format("listen on {}:{}", address, port);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  if (inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1)
    throw UsageError(fmt::format("'{}' is not an IPv4 address", address));
  base::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw_errno(doing);
  const int yes = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) throw_errno(doing);
  if (listen(socket.get(), most_waiting) != 0) throw_errno(doing);
  return socket;
}

base::FileDescriptor listen_unix(const std::filesystem::path& path) {
  const std::string doing = "listen on " + path.string();
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof name.sun_path)
    throw EnvironmentError(
        fmt::format("{}: the path is longer than {} bytes", doing, sizeof name.sun_path - 1));
  std::strcpy(name.sun_path, path.c_str());
  base::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw_errno(doing);
  unlink(path.c_str());
  const mode_t before = umask(0177);
  const int bound = bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
  umask(before);
  if (bound != 0 || listen(socket.get(), most_waiting) != 0) throw_errno(doing);
  return socket;
}

std::string peer_address(int connection) {
  return text_of(ipv4_name(connection, getpeername));
}
std::string local_address(int connection) {
  return text_of(ipv4_name(connection, getsockname));
}
std::uint16_t local_port(int socket) {
  return ntohs(ipv4_name(socket, getsockname).sin_port);
}

}  // namespace lucie::net
