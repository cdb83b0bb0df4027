#include "daemon/rings.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "daemon/daemon.hpp"
#include "daemon/manifests.hpp"

namespace lucie::daemon {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Between two looks at who is ready.
constexpr auto turn = 200ms;
/// A node says every few seconds that it is ready; one that no longer does has ended.
constexpr auto silence = 30s;

bool has_module(const config::Installer* installer, const std::string& module) {
  return installer != nullptr && std::ranges::find(installer->modules, module) != installer->modules.end();
}

bool has_member(const config::Dataset& dataset, const std::string& host) {
  return std::ranges::find(dataset.members, host) != dataset.members.end();
}

wire::SliceDataset slice_of(const config::Dataset& dataset) {
  std::error_code missing;
  const auto size = fs::file_size(dataset.source, missing);
  return {.name = dataset.name,
          .destination = dataset.destination,
          .sha256 = dataset.sha256,
          .size = missing ? 0 : size,
          .unpack = dataset.unpack};
}

}  // namespace

void add_datasets(wire::Slice& slice, const Snapshot& snapshot, const config::Host& host,
                  const Secrets& secrets) {
  if (std::ranges::find(slice.modules, "dolly") == slice.modules.end()) return;
  for (const config::Dataset& dataset : snapshot.cluster().datasets) {
    if (has_member(dataset, host.name)) slice.datasets.push_back(slice_of(dataset));
  }
  if (slice.datasets.empty()) return;
  slice.ring_port = ring_port;
  slice.ring_key = secrets.ring_key();
  slice.ring_trust = secrets.ring_public_key();
}

Rings::Rings(Daemon& daemon) : daemon_(daemon), watching_([this] { watch(); }) {}

Rings::~Rings() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  watching_.join();
  for (Ring& ring : rings_) ring.thread.join();
}

const config::Dataset& dataset_for(const Snapshot& snapshot, const config::Host& host,
                                   const std::string& name) {
  const auto& datasets = snapshot.cluster().datasets;
  const auto found = std::ranges::find(datasets, name, &config::Dataset::name);
  if (found == datasets.end()) throw Error(fmt::format("there is no dataset '{}'", name));
  if (!has_member(*found, host.name))
    throw Error(fmt::format("dataset '{}' is not for host '{}'", name, host.name));
  return *found;
}

std::string received_as(const config::Dataset& dataset) {
  return wire::received_as(slice_of(dataset));
}

bool Rings::ready(const Snapshot& snapshot, const config::Host& host, const std::string& name) {
  const config::Dataset& dataset = dataset_for(snapshot, host, name);
  const std::lock_guard lock(mutex_);
  if (has_way_out(dataset, host)) return true;
  const auto now = Clock::now();
  waiting_[name].try_emplace(host.name, Waiting{now, now}).first->second.latest = now;
  changed_.notify_all();
  return false;
}

WaysOut::Who Rings::who(const std::string& dataset, const std::string& host) const {
  return {dataset, host, daemon_.store.node(host).boot_at};
}

/// With the lock held. Who fetches the dataset is not waited for any more.
bool Rings::has_way_out(const config::Dataset& dataset, const config::Host& host) {
  const WaysOut::Who node = who(dataset.name, host.name);
  // HTTP is not encrypted; and what cannot be read, a later ring may bring.
  if (!ways_out_.is_for(node, Clock::now()) || dataset.encrypt || !open_source(dataset.source).valid())
    return false;
  if (const auto waiting = waiting_.find(dataset.name); waiting != waiting_.end())
    waiting->second.erase(host.name);
  served_[dataset.name][host.name] = node.installation;
  if (ways_out_.is_news(node))
    record(
        host.name, "ring_way_out",
        fmt::format("dataset '{}': rings do not get it there, the node fetches it over HTTP", dataset.name));
  return true;
}

void Rings::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (waiting_.empty() && rings_.empty()) changed_.wait(lock);
    changed_.wait_for(lock, turn, [&] { return ending_; });
    forget_over();
    forget_silent();
    const auto snapshot = daemon_.snapshot();
    if (ending_ || snapshot == nullptr) continue;
    for (const config::Dataset& dataset : snapshot->cluster().datasets) {
      if (is_time(*snapshot, dataset)) start(dataset, snapshot);
    }
  }
}

void Rings::forget_over() {
  rings_.remove_if([](Ring& ring) {
    if (ring.over) ring.thread.join();
    return ring.over;
  });
}

void Rings::forget_silent() {
  const auto now = Clock::now();
  for (auto& [dataset, nodes] : waiting_)
    std::erase_if(nodes, [&](const auto& each) { return now - each.second.latest > silence; });
  std::erase_if(waiting_, [](const auto& each) { return each.second.empty(); });
}

bool Rings::is_running(const std::string& dataset) const {
  return std::ranges::any_of(rings_, [&](const Ring& ring) { return ring.dataset.name == dataset; });
}

/// Whether the host is being installed, will want the dataset, and has not got it yet in this installation.
bool Rings::is_awaited(const Snapshot& snapshot, const config::Host& host, const std::string& dataset) const {
  const NodeRecord node = daemon_.store.node(host.name);
  const bool under_way = node.state == wire::NodeState::booting || node.state == wire::NodeState::installing;
  const std::string installer = node.installer.empty() ? host.installer : node.installer;
  if (!under_way || !has_module(snapshot.cluster().installer(installer), "dolly")) return false;
  const auto served = served_.find(dataset);
  if (served == served_.end()) return true;
  const auto got = served->second.find(host.name);
  return got == served->second.end() || got->second != node.boot_at;
}

/// With the lock held.
bool Rings::is_time(const Snapshot& snapshot, const config::Dataset& dataset) const {
  const auto waiting = waiting_.find(dataset.name);
  if (waiting == waiting_.end() || is_running(dataset.name)) return false;
  const auto now = Clock::now();
  const auto pause = not_before_.find(dataset.name);
  if (pause != not_before_.end() && now < pause->second) return false;
  const auto first =
      std::ranges::min_element(waiting->second, {}, [](const auto& each) { return each.second.since; });
  if (now - first->second.since >= dataset.ring_wait) return true;
  return std::ranges::all_of(dataset.members, [&](const std::string& name) {
    const config::Host* host = snapshot.host(name);
    return host == nullptr || waiting->second.contains(name) || !is_awaited(snapshot, *host, dataset.name);
  });
}

/// With the lock held: all who are ready, in the order of the definitions.
void Rings::start(const config::Dataset& dataset, const std::shared_ptr<const Snapshot>& snapshot) {
  const auto waiting = waiting_.extract(dataset.name);
  Ring& ring = rings_.emplace_back();
  ring.dataset = dataset;
  ring.snapshot = snapshot;
  for (const config::Host& host : snapshot->cluster().hosts) {
    if (waiting.mapped().contains(host.name)) ring.hosts.push_back(&host);
  }
  ring.thread = std::thread([this, &ring] { run(ring); });
}

}  // namespace lucie::daemon
