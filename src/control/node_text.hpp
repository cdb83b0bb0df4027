#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "wire/agent_status.hpp"
#include "wire/event.hpp"

/// Nodes and events as a person reads them.
namespace lucie::control {

/// "[######------]  50%"; empty when the fraction is negative.
std::string progress_bar(double fraction, int width = 20);

/// "installing partition": where the node is, without what moves all the time.
std::string stage(const wire::NodeStatus& node);

/// The line that a node ends with: "cnode00 installed 74 s", "cnode01 failed in partition: no disk".
std::string outcome_line(const wire::NodeStatus& node);

/// "2026-11-23T04:25:01Z cnode00 module_done partition 3.2 s".
std::string event_line(const wire::Event& event);

/// Rows for `cli::render_table`, the heading first.
std::vector<std::vector<std::string>> status_rows(const std::vector<wire::NodeStatus>& nodes);
std::vector<std::vector<std::string>> node_rows(const std::vector<wire::NodeStatus>& nodes);
std::vector<std::vector<std::string>> agent_rows(const std::vector<wire::AgentStatus>& agents);

/// "4 nodes: 3 installed, 1 failed".
std::string summary(const std::vector<wire::NodeStatus>& nodes);

/// The last `count` lines of a text.
std::vector<std::string> last_lines(const std::string& text, std::size_t count);

/// "90", "90s", "5m", "2h". Throws UsageError for anything else.
std::chrono::seconds read_duration(const std::string& text);

}  // namespace lucie::control
