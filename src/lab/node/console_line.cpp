#include "lab/node/console_line.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.hpp"
#include "lab/console.hpp"

namespace lucie::lab {
namespace {

base::FileDescriptor listen_at(const std::filesystem::path& path) {
  base::FileDescriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  unlink(path.c_str());
  const sockaddr_un address = socket_address(path);
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener.get(), 4) != 0)
    throw_errno("listen at " + path.string());
  return listener;
}

}  // namespace

ConsoleLine::ConsoleLine(const std::filesystem::path& log, const std::filesystem::path& socket)
    : line_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)),
      log_(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)),
      listener_(listen_at(socket)) {
  if (!line_.valid() || unlockpt(line_.get()) != 0) throw_errno("make a pseudo terminal");
  if (!log_.valid()) throw_errno("open " + log.string());
  renew();
}

/// By the line's own descriptor: the name in /dev/pts may mean another one in another mount namespace.
void ConsoleLine::renew() {
  terminal_.reset(ioctl(line_.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal_.valid()) throw_errno("open the pseudo terminal");
}

std::vector<pollfd> ConsoleLine::awaited() const {
  std::vector<pollfd> files = {{line_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
  for (const auto& client : clients_) files.push_back({client.get(), POLLIN, 0});
  return files;
}

void ConsoleLine::attend(std::span<const pollfd> ready) {
  const auto has = [&](const base::FileDescriptor& file) {
    return std::any_of(ready.begin(), ready.end(),
                       [&](const pollfd& each) { return each.fd == file.get() && each.revents != 0; });
  };
  std::erase_if(clients_, [&](const auto& client) { return has(client) && !take_from(client); });
  if (has(line_)) receive();
  if (has(listener_)) admit();
}

void ConsoleLine::receive() {
  std::array<char, 16384> buffer;
  const ssize_t count = read(line_.get(), buffer.data(), buffer.size());
  if (count > 0) return pass_on({buffer.data(), static_cast<std::size_t>(count)});
  if (count < 0 && errno == EIO) renew();
}

/// A client that does not read misses lines rather than stopping the node; the log has them.
void ConsoleLine::pass_on(std::string_view bytes) {
  [[maybe_unused]] const ssize_t logged = write(log_.get(), bytes.data(), bytes.size());
  for (const auto& client : clients_) {
    [[maybe_unused]] const ssize_t sent =
        send(client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
}

void ConsoleLine::admit() {
  base::FileDescriptor client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (client.valid()) clients_.push_back(std::move(client));
}

bool ConsoleLine::take_from(const base::FileDescriptor& client) {
  std::array<char, 1024> buffer;
  const ssize_t count = read(client.get(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (count <= 0) return false;
  [[maybe_unused]] const ssize_t typed = write(line_.get(), buffer.data(), static_cast<std::size_t>(count));
  return true;
}

}  // namespace lucie::lab
