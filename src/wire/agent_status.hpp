#pragma once

#include <string>
#include <vector>

#include "wire/agent_report.hpp"

namespace lucie::wire {

/// The latest word of one agent, as `GET /v1/agents` of the control socket and `lucie agents --json` give it:
/// {"version":1,"agents":[…]}.
struct AgentStatus {
  std::string node, lmp, agent;
  Verdict verdict = Verdict::ok;
  std::string text;
  std::string since;  ///< RFC 3339: when it first said so
  std::string heard;  ///< RFC 3339: when it last said so
  double seconds = 0;
  bool recovers = false;
  bool silent = false;  ///< the node tells nothing any more
};

std::string to_json(const std::vector<AgentStatus>& agents);
/// Throws lucie::Error for anything else.
std::vector<AgentStatus> agents_from_json(const std::string& text);

}  // namespace lucie::wire
