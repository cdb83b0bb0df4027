#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "wire/event.hpp"

namespace lucie::daemon {

/// What lucied keeps of one node. Moments are milliseconds since 1970, 0 when it has not happened.
struct NodeRecord {
  std::string name;
  wire::NodeState state = wire::NodeState::unknown;
  wire::NodeState before = wire::NodeState::unknown;  ///< the state that disarming gives back
  bool armed = false;
  std::string installer;   ///< that it was armed with; empty: the host's own
  std::string token_hash;  ///< SHA-256 of the token of the installation under way; empty: none
  std::string module, message;
  double fraction = -1;
  std::int64_t since = 0;        ///< when the state began
  std::int64_t boot_at = 0;      ///< when the boot script of the latest installation was served
  std::int64_t finished_at = 0;  ///< when that installation told that it finished
  std::int64_t local_at = 0;     ///< when the node then booted from its own disk

  /// Seconds from the boot script to the own disk's first boot, or to `finished` until that is seen; -1 when
  /// there is nothing to tell.
  double seconds() const;
};

std::int64_t milliseconds(base::SystemTime time);

/// The node after the event: the whole state machine. `seconds` of `finished` and of the first `boot_local`
/// or `up` is filled in.
void apply(NodeRecord& node, wire::Event& event, base::SystemTime now);

/// True for the kinds that nodes may send; the others are lucied's own.
bool told_by_nodes(const std::string& kind);

}  // namespace lucie::daemon
