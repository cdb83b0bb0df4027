#include "wire/event.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "wire/whole_number.hpp"

namespace lucie::wire {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int events_version = 1;

constexpr std::array<std::pair<NodeState, const char*>, 6> state_names = {{
    {NodeState::unknown, "unknown"},
    {NodeState::armed, "armed"},
    {NodeState::booting, "booting"},
    {NodeState::installing, "installing"},
    {NodeState::installed, "installed"},
    {NodeState::failed, "failed"},
}};

constexpr auto kinds = std::to_array<std::string_view>({"armed",
                                                        "disarmed",
                                                        "boot",
                                                        "boot_local",
                                                        "slice",
                                                        "started",
                                                        "module_started",
                                                        "progress",
                                                        "module_done",
                                                        "module_failed",
                                                        "finished",
                                                        "failed",
                                                        "up",
                                                        "note",
                                                        "agent_ok",
                                                        "agent_warning",
                                                        "agent_failure",
                                                        "agent_silent",
                                                        "agent_heard",
                                                        "recovery_ordered",
                                                        "recovery_done",
                                                        "recovery_failed",
                                                        "watch_told",
                                                        "watch_failed",
                                                        "ring_started",
                                                        "ring_node_done",
                                                        "ring_node_left_out",
                                                        "ring_way_out",
                                                        "ring_done"});

std::string dump(const ordered_json& record) {
  return record.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Parses a record of our format and hands it to `read`; what is wrong with it becomes an Error that says of
/// what.
template <typename Read>
auto read_record(const std::string& text, const char* what, const Read& read) {
  try {
    const json record = json::parse(text);
    if (const int version = whole_number<int>(record.at("version")); version != events_version) {
      throw Error(
          fmt::format("{} of format {}, but this program knows format {}", what, version, events_version));
    }
    return read(record);
  } catch (const json::exception& problem) {
    throw Error(fmt::format("these are no {}: {}", what, problem.what()));
  }
}

void set_text(ordered_json& record, const char* key, const std::string& value) {
  if (!value.empty()) record[key] = value;
}

void set_number(ordered_json& record, const char* key, double value) {
  if (std::isfinite(value) && value >= 0) record[key] = value;
}

ordered_json record_of(const Event& event) {
  ordered_json record = ordered_json::object();
  if (event.id != 0) record["id"] = event.id;
  set_text(record, "time", event.time);
  set_text(record, "node", event.node);
  record["kind"] = event.kind;
  set_text(record, "module", event.module);
  set_text(record, "message", event.message);
  set_number(record, "fraction", event.fraction);
  set_number(record, "seconds", event.seconds);
  return record;
}

Event event_of(const json& record) {
  Event event;
  if (const auto id = record.find("id"); id != record.end()) event.id = whole_number<std::int64_t>(*id);
  event.time = record.value("time", "");
  event.node = record.value("node", "");
  record.at("kind").get_to(event.kind);
  event.module = record.value("module", "");
  event.message = record.value("message", "");
  event.fraction = record.value("fraction", -1.0);
  event.seconds = record.value("seconds", -1.0);
  if (std::ranges::find(kinds, event.kind) == kinds.end()) {
    throw Error(fmt::format("unknown kind of event '{}'", event.kind));
  }
  if (event.fraction > 1) throw Error(fmt::format("an event with fraction {}, more than 1", event.fraction));
  return event;
}

ordered_json record_of(const NodeStatus& node) {
  ordered_json record = {
      {"name", node.name},           {"address", node.address},        {"mac_address", node.mac_address},
      {"installer", node.installer}, {"state", to_string(node.state)}, {"armed", node.armed}};
  set_text(record, "module", node.module);
  set_text(record, "message", node.message);
  set_number(record, "fraction", node.fraction);
  set_text(record, "health", node.health);
  set_text(record, "health_text", node.health_text);
  set_text(record, "since", node.since);
  set_number(record, "seconds", node.seconds);
  return record;
}

NodeStatus status_of(const json& record) {
  NodeStatus node;
  record.at("name").get_to(node.name);
  record.at("address").get_to(node.address);
  record.at("mac_address").get_to(node.mac_address);
  record.at("installer").get_to(node.installer);
  node.state = node_state_from_string(record.at("state").get<std::string>());
  record.at("armed").get_to(node.armed);
  node.module = record.value("module", "");
  node.message = record.value("message", "");
  node.fraction = record.value("fraction", -1.0);
  node.health = record.value("health", "");
  node.health_text = record.value("health_text", "");
  node.since = record.value("since", "");
  node.seconds = record.value("seconds", -1.0);
  return node;
}

}  // namespace

std::string to_string(NodeState state) {
  const auto found = std::ranges::find(state_names, state, &std::pair<NodeState, const char*>::first);
  return found == state_names.end() ? "unknown" : found->second;
}

NodeState node_state_from_string(const std::string& text) {
  for (const auto& [state, name] : state_names) {
    if (text == name) return state;
  }
  throw Error(fmt::format("unknown state of a node '{}'", text));
}

std::string to_json(const Event& event) {
  ordered_json record = {{"version", events_version}};
  record.update(record_of(event));
  return dump(record);
}

std::string to_json(const std::vector<Event>& events) {
  ordered_json list = ordered_json::array();
  for (const Event& event : events) list.push_back(record_of(event));
  return dump({{"version", events_version}, {"events", list}});
}

std::vector<Event> events_from_json(const std::string& text) {
  return read_record(text, "events", [](const json& record) {
    std::vector<Event> events;
    for (const json& each : record.at("events")) events.push_back(event_of(each));
    return events;
  });
}

std::string to_json(const std::vector<NodeStatus>& nodes) {
  ordered_json list = ordered_json::array();
  for (const NodeStatus& node : nodes) list.push_back(record_of(node));
  return dump({{"version", events_version}, {"nodes", list}});
}

std::vector<NodeStatus> nodes_from_json(const std::string& text) {
  return read_record(text, "nodes", [](const json& record) {
    std::vector<NodeStatus> nodes;
    for (const json& each : record.at("nodes")) nodes.push_back(status_of(each));
    return nodes;
  });
}

}  // namespace lucie::wire
