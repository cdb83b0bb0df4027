#pragma once

#include <atomic>
#include <string>

#include "dolly/served_files.hpp"
#include "net/server.hpp"

namespace lucie::dolly {

/// `GET /PATH/manifest` and `GET /PATH/content`, for those who have the ring's key (docs/dolly-protocol.md).
class FileServer {
 public:
  /// `key`: bytes; empty: anybody may ask. Throws EnvironmentError when it cannot listen there.
  FileServer(const std::string& address, std::uint16_t port, const std::string& key,
             const ServedFiles& files);

  std::uint16_t port() const { return server_.port(); }
  /// Whether a file was asked for, by one who may, since this was called last.
  bool was_asked() { return asked_.exchange(false); }

 private:
  net::ServerResponse answer(const net::ServerRequest& request);
  net::ServerResponse give(ServedFile& file, const std::string& what);

  const std::string token_;
  const ServedFiles& files_;
  std::atomic<bool> asked_ = false;
  net::Server server_;  ///< the last one: it answers from its construction on
};

}  // namespace lucie::dolly
