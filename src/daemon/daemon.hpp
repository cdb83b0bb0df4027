#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/paths.hpp"
#include "daemon/boot.hpp"
#include "daemon/manifests.hpp"
#include "daemon/node_logs.hpp"
#include "daemon/rings.hpp"
#include "daemon/secrets.hpp"
#include "daemon/snapshot.hpp"
#include "daemon/ssh_keys.hpp"
#include "daemon/store.hpp"

namespace lucie::daemon {

/// What both servers (for nodes and for the administrator) work with.
struct Daemon {
  /// Makes the folders of its own that are missing. Starts without a compiled cluster, too. `log` gets lines
  /// worth telling.
  Daemon(base::Paths places, std::function<void(const std::string&)> log);

  const base::Paths paths;
  const std::function<void(const std::string&)> log;
  Store store;
  const Secrets secrets;
  const NodeLogs logs;
  const BootScripts boot_scripts;
  SshKeys ssh_keys;
  std::atomic<std::uint16_t> port = 0;        ///< TCP port that nodes reach; known once it listens
  std::atomic<std::uint16_t> agent_port = 0;  ///< UDP port that nodes' agents reach; 0: none
  std::string listen;                         ///< "0.0.0.0:8080"

  /// Null when nothing is compiled.
  std::shared_ptr<const Snapshot> snapshot() const;
  /// Reads the current compiled cluster. When that fails the one before goes on being served; throws
  /// lucie::Error.
  void reload();

 private:
  void add_host_keys(config::Cluster& cluster);

  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;

 public:
  Manifests manifests;
  Rings rings{*this};  ///< the last one, so that it ends before what it uses
};

/// The answer of both servers before the first `lucie-setup apply`.
inline const char* const nothing_compiled = "no cluster is compiled yet: run lucie-setup apply on the server";

}  // namespace lucie::daemon
