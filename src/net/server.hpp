#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.hpp"

/// An HTTP server on a TCP port or a unix socket. libmicrohttpd stays behind this header.
namespace lucie::net {

struct ServerRequest {
  std::string method;                          ///< HEAD arrives as GET
  std::string path;                            ///< percent-decoded, without the query
  std::map<std::string, std::string> query;    ///< percent-decoded
  std::map<std::string, std::string> headers;  ///< names in lowercase
  std::string body;
  std::string peer;   ///< the client's IPv4 address; empty on a unix socket
  std::string local;  ///< our address of this connection; empty on a unix socket
};

/// What a handler answers: a body from memory, or a file sent piece by piece with ranges (RFC 9110 section
/// 14).
struct ServerResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  base::FileDescriptor file;  ///< an open regular file instead of the body
  std::map<std::string, std::string> headers = {};
};

struct ServerOptions {
  std::string address = "0.0.0.0";     ///< IPv4
  std::uint16_t port = 0;              ///< 0: any free one, see `Server::port()`
  std::filesystem::path unix_socket;   ///< instead of address and port; made with mode 0600
  unsigned threads = 4;                ///< of the pool that serves all connections
  bool thread_per_connection = false;  ///< instead of a pool: handlers may wait (long poll)
  std::size_t body_limit = 16 << 20;   ///< bytes; larger requests get 413
};

/// Listens from its construction on and answers with `handler`, which several threads call at once. A
/// lucie::Error from the handler becomes a 500 with its message, and is told to `on_error`.
class Server {
 public:
  using Handler = std::function<ServerResponse(const ServerRequest&)>;

  /// Throws EnvironmentError when it cannot listen there. A unix socket left behind by a killed process is
  /// replaced: make sure beforehand that none lives.
  Server(ServerOptions options, Handler handler, std::function<void(const std::string&)> on_error = {});
  /// Stops listening and waits for the answers under way.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// The bytes of a file that an answer carries.
struct ByteRange {
  std::uint64_t first = 0, length = 0;
};

/// Reads a `Range` header for a file of `size` bytes. One range is honoured; for anything else the whole file
/// is to be sent (`partial` false). `satisfiable` false asks for a 416.
struct RangeAnswer {
  bool satisfiable = true, partial = false;
  ByteRange range;
};
RangeAnswer read_range(const std::string& header, std::uint64_t size);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(std::int64_t unix_seconds);

}  // namespace lucie::net
