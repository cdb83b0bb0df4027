#pragma once

#include "daemon/daemon.hpp"
#include "net/server.hpp"

namespace lucie::daemon {

/// The path between its slashes: "/boot/x" is {"boot", "x"}.
std::vector<std::string> segments(const std::string& path);

net::ServerResponse text_answer(int status, const std::string& text);

/// What nodes ask over TCP (docs/http-api.md). Refusals are plain text, which ends up on consoles and in
/// logs.
class NodeRoutes {
 public:
  explicit NodeRoutes(Daemon& daemon) : daemon_(daemon) {}

  net::ServerResponse handle(const net::ServerRequest& request);

 private:
  using Segments = std::vector<std::string>;

  net::ServerResponse boot(const net::ServerRequest& request, const Snapshot& snapshot,
                           const std::string& mac);
  net::ServerResponse install(const net::ServerRequest& request, const Snapshot& snapshot,
                              const config::Host& host, const std::string& mac);
  net::ServerResponse node(const net::ServerRequest& request, const Snapshot& snapshot, const Segments& path);
  net::ServerResponse node_get(const net::ServerRequest& request, const Snapshot& snapshot,
                               const config::Host& host, const std::string& what);
  net::ServerResponse node_post(const net::ServerRequest& request, const Snapshot& snapshot,
                                const config::Host& host, const Segments& path);
  net::ServerResponse dataset(const Snapshot& snapshot, const config::Host& host, const std::string& name,
                              const std::string& what);
  net::ServerResponse manifest(const config::Dataset& dataset, const config::Host& host);
  net::ServerResponse slice(const net::ServerRequest& request, const Snapshot& snapshot,
                            const config::Host& host);
  net::ServerResponse login_key(const Snapshot& snapshot, const config::Host& host);
  net::ServerResponse pool(const Snapshot& snapshot, const Segments& path) const;
  net::ServerResponse boot_file(const Snapshot& snapshot, const Segments& path) const;
  net::ServerResponse base_archive(const Snapshot& snapshot, const std::string& file) const;

  /// The installer that the node is armed with, or its own.
  std::string installer_of(const config::Host& host) const;
  net::ServerResponse file(const std::filesystem::path& folder, const std::filesystem::path& file) const;

  Daemon& daemon_;
};

/// Why the request may not act for the host, or an empty text: the token must be that of its installation
/// under way, and the request must come from its address.
std::string refusal(const net::ServerRequest& request, const Snapshot& snapshot, const config::Host& host,
                    const NodeRecord& record);

}  // namespace lucie::daemon
