#pragma once

#include <string>
#include <string_view>

#include "wire/slice.hpp"

namespace lucie::wire {

/// What lucie-agent(8) knows of its cluster: /etc/lucie/agent.conf on a node, written by the installer's
/// module `configure` (mode 0600: it holds the node's key).
struct AgentSettings {
  std::string host;
  std::string source;  ///< the node's own address; empty: the system chooses
  SliceAgent agent;
};

/// Lines `KEY VALUE`.
std::string to_text(const AgentSettings& settings);
/// Throws lucie::Error at the line that is wrong, or for what is missing. `name` stands in positions.
AgentSettings agent_settings_from_text(std::string_view text, const std::string& name);

}  // namespace lucie::wire
