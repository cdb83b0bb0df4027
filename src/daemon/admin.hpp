#pragma once

#include "daemon/daemon.hpp"
#include "net/server.hpp"

namespace lucie::daemon {

/// What the administrator's programs ask on the unix socket (docs/http-api.md). Refusals are JSON,
/// {"version":1,"error":…,"hint":…}.
class AdminRoutes {
 public:
  explicit AdminRoutes(Daemon& daemon) : daemon_(daemon) {}

  net::ServerResponse handle(const net::ServerRequest& request);

 private:
  net::ServerResponse answer(const net::ServerRequest& request);
  net::ServerResponse health() const;
  net::ServerResponse nodes(const net::ServerRequest& request) const;
  net::ServerResponse agents(const net::ServerRequest& request) const;
  net::ServerResponse arm(const net::ServerRequest& request);
  net::ServerResponse disarm(const net::ServerRequest& request);
  net::ServerResponse events(const net::ServerRequest& request) const;
  net::ServerResponse logs(const std::string& node) const;
  net::ServerResponse log(const std::string& node, const std::string& module) const;
  net::ServerResponse reload();

  /// Throws when nothing is compiled.
  std::shared_ptr<const Snapshot> snapshot() const;
  const config::Host& host(const Snapshot& snapshot, const std::string& name) const;

  Daemon& daemon_;
};

/// One line of `lucie status`.
wire::NodeStatus status_of(const config::Host& host, const NodeRecord& record);

}  // namespace lucie::daemon
