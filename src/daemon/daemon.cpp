#include "daemon/daemon.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::daemon {
namespace {

namespace fs = std::filesystem;

/// The state's folder made, so that the database can be opened in it.
fs::path database_file(const base::Paths& paths) {
  std::error_code fault;
  fs::create_directories(paths.state / "logs", fault);
  if (fault)
    throw EnvironmentError(fmt::format("make {}: {}", (paths.state / "logs").string(), fault.message()));
  return paths.state / "lucied.db";
}

}  // namespace

Daemon::Daemon(base::Paths places, std::function<void(const std::string&)> log_line)
    : paths(std::move(places)),
      log(std::move(log_line)),
      store(database_file(paths)),
      secrets(paths.state),
      logs(paths.state / "logs"),
      boot_scripts(paths.templates),
      ssh_keys(paths.state, log) {
  std::error_code ignored;
  if (!fs::exists(paths.state / "cluster/current", ignored)) {
    log(nothing_compiled);
    return;
  }
  try {
    reload();
  } catch (const Error& error) {  // the nodes are told 503; a later reload may help
    log(fmt::format("error: {}", error.what()));
  }
}

std::shared_ptr<const Snapshot> Daemon::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

void Daemon::add_host_keys(config::Cluster& cluster) {
  std::vector<std::string> names;
  for (const config::Host& host : cluster.hosts) names.push_back(host.name);
  try {
    ssh_keys.make_known(names);
    for (config::Host& host : cluster.hosts) host.ssh_host_key = ssh_keys.public_host_key(host.name);
  } catch (const Error& error) {  // the nodes will not know each other, but can be installed
    log(fmt::format("error: {}", error.what()));
  }
  ssh_keys.prepare(names);
}

void Daemon::reload() {
  config::Compiled compiled = config::load_current(paths.state);
  add_host_keys(compiled.cluster);
  std::shared_ptr<const Snapshot> loaded = std::make_shared<Snapshot>(std::move(compiled), paths.state);
  log(fmt::format("serving compiled cluster {} with {} hosts", loaded->compiled().version,
                  loaded->cluster().hosts.size()));
  const std::lock_guard lock(mutex_);
  snapshot_.swap(loaded);
}

}  // namespace lucie::daemon
