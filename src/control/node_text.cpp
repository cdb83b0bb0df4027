#include "control/node_text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::control {
namespace {

using wire::NodeState;

std::string duration(double seconds) {
  return seconds < 0 ? std::string() : base::format_duration(std::chrono::duration<double>(seconds));
}

std::string percent(double fraction) {
  return fraction < 0 ? std::string() : fmt::format("{:.0f}%", fraction * 100);
}

/// What the node does or why it failed; nothing of that: what its agents say.
const std::string& message_of(const wire::NodeStatus& node) {
  return node.message.empty() ? node.health_text : node.message;
}

/// Whole seconds, as people compare installations.
std::string installation_time(double seconds) {
  return seconds < 0 ? std::string() : fmt::format("{:.0f} s", seconds);
}

}  // namespace

std::string progress_bar(double fraction, int width) {
  if (fraction < 0) return {};
  const int done = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * width);
  return fmt::format("[{}{}] {:3.0f}%", std::string(done, '#'), std::string(width - done, '-'),
                     fraction * 100);
}

std::string stage(const wire::NodeStatus& node) {
  const bool at_module = node.state == NodeState::installing || node.state == NodeState::failed;
  return wire::to_string(node.state) + (at_module && !node.module.empty() ? " " + node.module : "");
}

std::string outcome_line(const wire::NodeStatus& node) {
  std::string line = node.name + " " + wire::to_string(node.state);
  if (node.state == NodeState::installed) {
    const std::string time = installation_time(node.seconds);
    return time.empty() ? line : line + " " + time;
  }
  if (!node.module.empty()) line += " in " + node.module;
  if (!node.message.empty()) line += ": " + base::escape_control(node.message);
  return line;
}

std::string event_line(const wire::Event& event) {
  std::string line = fmt::format("{} {} {}", event.time, event.node, event.kind);
  for (const std::string& part :
       {event.module, percent(event.fraction), duration(event.seconds), event.message})
    if (!part.empty()) line += " " + part;
  return base::escape_control(line);
}

std::vector<std::vector<std::string>> status_rows(const std::vector<wire::NodeStatus>& nodes) {
  std::vector<std::vector<std::string>> rows = {
      {"NODE", "STATE", "ARMED", "INSTALLER", "MODULE", "PROGRESS", "TIME", "SINCE", "HEALTH", "MESSAGE"}};
  for (const auto& node : nodes) {
    const bool moving = node.state == NodeState::installing || node.state == NodeState::failed;
    rows.push_back({node.name, wire::to_string(node.state), node.armed ? "yes" : "no", node.installer,
                    node.module, moving ? percent(node.fraction) : "", installation_time(node.seconds),
                    node.since, node.health, base::escape_control(message_of(node))});
  }
  return rows;
}

std::vector<std::vector<std::string>> agent_rows(const std::vector<wire::AgentStatus>& agents) {
  std::vector<std::vector<std::string>> rows = {{"NODE", "AGENT", "VERDICT", "SINCE", "HEARD", "TEXT"}};
  for (const auto& agent : agents)
    rows.push_back({agent.node, agent.lmp + "/" + agent.agent,
                    agent.silent ? "silent" : wire::to_string(agent.verdict), agent.since, agent.heard,
                    base::escape_control(agent.text)});
  return rows;
}

std::vector<std::vector<std::string>> node_rows(const std::vector<wire::NodeStatus>& nodes) {
  std::vector<std::vector<std::string>> rows = {{"NODE", "ADDRESS", "MAC", "INSTALLER"}};
  for (const auto& node : nodes) rows.push_back({node.name, node.address, node.mac_address, node.installer});
  return rows;
}

std::string summary(const std::vector<wire::NodeStatus>& nodes) {
  std::map<NodeState, int> counts;
  for (const auto& node : nodes) ++counts[node.state];
  std::vector<std::string> parts;
  for (const NodeState state : {NodeState::installed, NodeState::installing, NodeState::booting,
                                NodeState::armed, NodeState::failed, NodeState::unknown}) {
    if (counts[state] > 0) parts.push_back(fmt::format("{} {}", counts[state], wire::to_string(state)));
  }
  return fmt::format("{} node{}: {}", nodes.size(), nodes.size() == 1 ? "" : "s", base::join(parts, ", "));
}

std::vector<std::string> last_lines(const std::string& text, std::size_t count) {
  std::vector<std::string> lines = base::split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return lines;
}

std::chrono::seconds read_duration(const std::string& text) {
  static const std::map<std::string, int> units = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}};
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto unit = units.find(std::string(end, text.data() + text.size()));
  if (fault != std::errc() || unit == units.end() || number <= 0 || number > 10'000'000)
    throw UsageError(fmt::format("'{}' is no time", text)).hint("write 90s, 5m or 2h");
  return std::chrono::seconds(static_cast<std::int64_t>(number) * unit->second);
}

}  // namespace lucie::control
