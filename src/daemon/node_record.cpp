#include "daemon/node_record.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <set>

namespace lucie::daemon {
namespace {

using wire::Event;
using wire::NodeState;
using Step = void (*)(NodeRecord&, Event&, std::int64_t now);

void enter(NodeRecord& node, NodeState state, std::int64_t now) {
  if (node.state != state) node.since = now;
  node.state = state;
}

void on_armed(NodeRecord& node, Event&, std::int64_t now) {
  if (node.state != NodeState::armed) node.before = node.state;
  node.armed = true;
  enter(node, NodeState::armed, now);
}

/// An installation under way goes on; it is only not begun again at the next boot.
void on_disarmed(NodeRecord& node, Event&, std::int64_t now) {
  node.armed = false;
  if (node.state == NodeState::armed) enter(node, node.before, now);
}

void on_boot(NodeRecord& node, Event&, std::int64_t now) {
  enter(node, NodeState::booting, now);
  node.since = node.boot_at = now;
  node.finished_at = node.local_at = 0;
  node.module.clear();
  node.message.clear();
  node.fraction = -1;
}

void on_up(NodeRecord& node, Event& event, std::int64_t now) {
  if (node.state != NodeState::installed || node.local_at != 0 || node.finished_at == 0) return;
  node.local_at = now;
  event.seconds = node.seconds();
}

/// Only nodes that are not armed get here: an installation under way was disarmed, and ends with the boot.
void on_boot_local(NodeRecord& node, Event& event, std::int64_t now) {
  on_up(node, event, now);
  node.token_hash.clear();
  if (node.state != NodeState::booting && node.state != NodeState::installing) return;
  enter(node, NodeState::failed, now);
  node.message = "disarmed, and booted from its own disk before the installation had finished";
}

void on_work(NodeRecord& node, Event& event, std::int64_t now) {
  enter(node, NodeState::installing, now);
  if (!event.module.empty()) node.module = event.module;
  node.message = event.message;
  if (event.fraction >= 0) node.fraction = event.fraction;
}

/// Not the end yet: the installer may try the module again.
void on_module_failed(NodeRecord& node, Event& event, std::int64_t) {
  node.module = event.module;
  node.message = event.message;
}

void on_failed(NodeRecord& node, Event& event, std::int64_t now) {
  enter(node, NodeState::failed, now);
  if (!event.module.empty()) node.module = event.module;
  if (!event.message.empty()) node.message = event.message;
}

void on_finished(NodeRecord& node, Event& event, std::int64_t now) {
  enter(node, NodeState::installed, now);
  node.armed = false;
  node.token_hash.clear();
  node.module.clear();
  node.message.clear();
  node.fraction = 1;
  node.finished_at = now;
  event.seconds = node.seconds();
}

const std::map<std::string, Step>& steps() {
  static const std::map<std::string, Step> all = {
      {"armed", on_armed},
      {"disarmed", on_disarmed},
      {"boot", on_boot},
      {"boot_local", on_boot_local},
      {"up", on_up},
      {"slice", on_work},
      {"started", on_work},
      {"module_started", on_work},
      {"progress", on_work},
      {"module_done", on_work},
      {"module_failed", on_module_failed},
      {"failed", on_failed},
      {"finished", on_finished},
  };
  return all;
}

}  // namespace

double NodeRecord::seconds() const {
  const std::int64_t end = local_at != 0 ? local_at : finished_at;
  return end == 0 || boot_at == 0 ? -1 : static_cast<double>(end - boot_at) / 1000;
}

std::int64_t milliseconds(base::SystemTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

void apply(NodeRecord& node, Event& event, base::SystemTime now) {
  const auto step = steps().find(event.kind);
  if (step != steps().end()) step->second(node, event, milliseconds(now));
}

bool told_by_nodes(const std::string& kind) {
  static const std::set<std::string> kinds = {"started",       "module_started", "progress", "module_done",
                                              "module_failed", "finished",       "failed",   "up",
                                              "note"};
  return kinds.contains(kind);
}

}  // namespace lucie::daemon
