#include "wire/agent_status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "wire/whole_number.hpp"

namespace lucie::wire {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int agents_version = 1;

ordered_json record_of(const AgentStatus& agent) {
  return {{"node", agent.node},         {"lmp", agent.lmp},
          {"agent", agent.agent},       {"verdict", to_string(agent.verdict)},
          {"text", agent.text},         {"since", agent.since},
          {"heard", agent.heard},       {"seconds", agent.seconds},
          {"recovers", agent.recovers}, {"silent", agent.silent}};
}

AgentStatus agent_status_of(const json& record) {
  AgentStatus agent;
  record.at("node").get_to(agent.node);
  record.at("lmp").get_to(agent.lmp);
  record.at("agent").get_to(agent.agent);
  agent.verdict = verdict_from_string(record.at("verdict").get<std::string>());
  agent.text = record.value("text", "");
  record.at("since").get_to(agent.since);
  record.at("heard").get_to(agent.heard);
  agent.seconds = record.value("seconds", 0.0);
  agent.recovers = record.value("recovers", false);
  agent.silent = record.value("silent", false);
  return agent;
}

}  // namespace

std::string to_json(const std::vector<AgentStatus>& agents) {
  ordered_json list = ordered_json::array();
  for (const AgentStatus& agent : agents) list.push_back(record_of(agent));
  const ordered_json record = {{"version", agents_version}, {"agents", list}};
  return record.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<AgentStatus> agents_from_json(const std::string& text) {
  try {
    const json record = json::parse(text);
    if (const int version = whole_number<int>(record.at("version")); version != agents_version)
      throw Error(
          fmt::format("agents of format {}, but this program knows format {}", version, agents_version));
    std::vector<AgentStatus> agents;
    for (const json& each : record.at("agents")) agents.push_back(agent_status_of(each));
    return agents;
  } catch (const json::exception& problem) {
    throw Error(fmt::format("these are no agents: {}", problem.what()));
  }
}

}  // namespace lucie::wire
