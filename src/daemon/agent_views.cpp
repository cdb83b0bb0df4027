#include <algorithm>
#include <fmt/format.h>

#include "daemon/agents.hpp"

/// What administrators are shown of agents.
namespace lucie::daemon {
namespace {

std::string time_text(std::int64_t milliseconds) {
  return base::format_time(base::SystemTime(std::chrono::milliseconds(milliseconds)));
}

}  // namespace

std::vector<wire::AgentStatus> agent_statuses(const Store& store, const std::vector<std::string>& nodes) {
  const auto reporters = store.reporters();
  std::vector<wire::AgentStatus> statuses;
  for (const AgentRecord& record : store.agents(nodes)) {
    const wire::AgentFinding& finding = record.finding;
    const auto reporter = reporters.find(record.node);
    statuses.push_back({.node = record.node,
                        .lmp = finding.lmp,
                        .agent = finding.agent,
                        .verdict = finding.verdict,
                        .text = finding.text,
                        .since = time_text(record.since),
                        .heard = time_text(record.heard),
                        .seconds = finding.seconds,
                        .recovers = finding.recovers,
                        .silent = reporter != reporters.end() && reporter->second.silent > 0});
  }
  return statuses;
}

void add_health(std::vector<wire::NodeStatus>& nodes, const Store& store) {
  std::map<std::string, std::vector<wire::AgentStatus>> by_node;
  for (auto& agent : agent_statuses(store, {})) by_node[agent.node].push_back(std::move(agent));
  const auto reporters = store.reporters();
  for (wire::NodeStatus& node : nodes) {
    const auto& agents = by_node[node.name];
    const auto worst = std::max_element(agents.begin(), agents.end(),
                                        [](const auto& a, const auto& b) { return a.verdict < b.verdict; });
    if (worst != agents.end()) node.health = wire::to_string(worst->verdict);
    if (worst != agents.end() && worst->verdict != wire::Verdict::ok)
      node.health_text = fmt::format("{}/{}: {}", worst->lmp, worst->agent, worst->text);
    const auto reporter = reporters.find(node.name);
    if (reporter == reporters.end() || reporter->second.silent == 0) continue;
    node.health = "silent";
    node.health_text = "its agents tell nothing";
  }
}

}  // namespace lucie::daemon
