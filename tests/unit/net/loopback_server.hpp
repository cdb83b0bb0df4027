#pragma once

#include <atomic>
#include <functional>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

/// The smallest HTTP server that a client can be tested with: one connection after another, each closed after
/// one answer. `answer` gets the request as it came and gives the whole response, headers included.
class LoopbackServer {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  /// Listens on a free port of 127.0.0.1, or on a UNIX socket when a path is given.
  explicit LoopbackServer(Answer answer, const std::string& unix_path = {})
      : answer_(std::move(answer)), socket_(unix_path.empty() ? listen_tcp() : listen_unix(unix_path)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int requests() const { return requests_; }

 private:
  int listen_tcp() {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
    listen(descriptor, 64);
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    return descriptor;
  }

  static int listen_unix(const std::string& path) {
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(descriptor, 64);
    return descriptor;
  }

  void serve() {
    for (;;) {
      const int peer = accept(socket_, nullptr, nullptr);
      if (peer < 0) return;
      ++requests_;
      const std::string response = answer_(receive(peer));
      for (std::size_t sent = 0; sent < response.size();) {
        const ssize_t count = send(peer, response.data() + sent, response.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
      }
      close(peer);
    }
  }

  static std::string receive(int peer) {
    std::string text;
    char buffer[4096];
    while (!complete(text)) {
      const ssize_t count = recv(peer, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }

  static bool complete(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = text.find("Content-Length: ");
    if (length == std::string::npos || length > end) return true;
    return text.size() >= end + 4 + std::stoul(text.substr(length + 16));
  }

  Answer answer_;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  int socket_;
  std::thread thread_;
};

inline std::string ok(const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
