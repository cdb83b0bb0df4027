#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What happens on nodes, told to lucied (`POST /v1/nodes/NAME/events`) and by lucied to those who ask.
namespace lucie::wire {

/// The states of a node, as `lucie status` shows them.
enum class NodeState { unknown, armed, booting, installing, installed, failed };
std::string to_string(NodeState state);
NodeState node_state_from_string(const std::string& text);

/// Kinds: armed, disarmed, boot (a boot script was served), boot_local, slice, started, module_started,
/// progress, module_done, module_failed, finished, failed, up, note; and what agents and watches did:
/// agent_ok, agent_warning, agent_failure, agent_silent, agent_heard, recovery_ordered, recovery_done,
/// recovery_failed, watch_told, watch_failed; of datasets: ring_started, ring_node_done, ring_node_left_out,
/// ring_way_out, ring_done.
struct Event {
  std::int64_t id = 0;  ///< given by lucied, counts up
  std::string time;     ///< RFC 3339; lucied's own clock
  std::string node, kind;
  std::string module;  ///< of module_… and progress; LMP/AGENT of agent_…, recovery_… and watch_…
  std::string message;
  double fraction = -1;  ///< of the whole installation, 0 to 1; negative: not said
  double seconds = -1;   ///< how long it took; negative: not said
};

std::string to_json(const Event& event);
std::string to_json(const std::vector<Event>& events);  ///< {"version":1,"events":[…]}
std::vector<Event> events_from_json(const std::string& text);

/// One node as `GET /v1/nodes` of the control socket gives it: {"version":1,"nodes":[…]}.
struct NodeStatus {
  std::string name, address, mac_address, installer;
  NodeState state = NodeState::unknown;
  bool armed = false;
  std::string module, message;  ///< where it is now, or why it failed
  double fraction = -1;
  std::string health;       ///< ok, warning, failure or silent: the worst its agents say; empty: none told
  std::string health_text;  ///< why it is not ok
  std::string since;        ///< RFC 3339: when the state began
  double seconds = -1;      ///< installation time, from boot script to its own disk's first boot
};

std::string to_json(const std::vector<NodeStatus>& nodes);
std::vector<NodeStatus> nodes_from_json(const std::string& text);

}  // namespace lucie::wire
