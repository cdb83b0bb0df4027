#include "control/commands/display.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

using wire::NodeState;
using wire::NodeStatus;

constexpr std::size_t log_lines_shown = 10;

std::size_t terminal_height() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < 5) return 24;
  return size.ws_row;
}

/// Those at work first, then the failed, then those that wait or are done.
int rank(const NodeStatus& node) {
  switch (node.state) {
    case NodeState::installing:
      return 0;
    case NodeState::booting:
      return 1;
    case NodeState::failed:
      return 2;
    default:
      return 3;
  }
}

/// The nodes that find room on the terminal, in the order of the definitions.
std::vector<NodeStatus> most_interesting(std::vector<NodeStatus> nodes, std::size_t room) {
  if (nodes.size() <= room) return nodes;
  std::stable_sort(nodes.begin(), nodes.end(),
                   [](const auto& left, const auto& right) { return rank(left) < rank(right); });
  nodes.resize(room);
  return nodes;
}

std::string row(const NodeStatus& node, std::size_t name_width) {
  const std::string bar = node.state == NodeState::installing ? progress_bar(node.fraction) : "";
  return fmt::format("{:<{}}  {:<24} {} {}", node.name, name_width, stage(node), bar,
                     base::escape_control(node.message));
}

}  // namespace

void Display::show(const std::vector<NodeStatus>& nodes) {
  if (terminal_.quiet()) return;
  terminal_.moving() ? show_table(nodes) : show_changes(nodes);
}

void Display::clear() {
  if (lines_shown_ > 0) std::fputs(fmt::format("\x1b[{}A\r\x1b[J", lines_shown_).c_str(), stderr);
  std::fflush(stderr);
  lines_shown_ = 0;
}

void Display::show_table(const std::vector<NodeStatus>& nodes) {
  const std::vector<NodeStatus> shown = most_interesting(nodes, terminal_height() - 3);
  std::size_t name_width = 0;
  for (const NodeStatus& node : shown) name_width = std::max(name_width, node.name.size());
  std::vector<std::string> lines;
  for (const NodeStatus& node : shown) lines.push_back(row(node, name_width));
  lines.push_back(summary(nodes));
  std::string text;
  for (std::string& line : lines) {
    if (static_cast<int>(line.size()) >= terminal_.width()) line.resize(terminal_.width() - 1);
    text += line + "\x1b[K\n";
  }
  const std::string back = lines_shown_ > 0 ? fmt::format("\x1b[{}A\r", lines_shown_) : "";
  std::fputs((back + text + "\x1b[J").c_str(), stderr);
  std::fflush(stderr);
  lines_shown_ = static_cast<int>(lines.size());
}

void Display::show_changes(const std::vector<NodeStatus>& nodes) {
  for (const NodeStatus& node : nodes) {
    std::string& before = stages_[node.name];
    const std::string now = stage(node);
    if (now == before) continue;
    before = now;
    terminal_.note(node.name + " " + now);
  }
}

ExitStatus report_outcomes(cli::Terminal& terminal, const Client& client,
                           const std::vector<NodeStatus>& nodes) {
  bool all_installed = true;
  for (const NodeStatus& node : nodes) {
    const bool installed = node.state == NodeState::installed;
    all_installed &= installed;
    const bool never_armed = node.state == NodeState::unknown;
    terminal.print(never_armed ? fmt::format("{} was never armed\n", node.name) : outcome_line(node) + "\n");
    if (node.state != NodeState::failed || node.module.empty()) continue;
    try {
      for (const std::string& line : last_lines(client.log(node.name, node.module, 0), log_lines_shown))
        terminal.note("    " + base::escape_control(line, "\t"));
      terminal.note(fmt::format("    (all of it: lucie logs {} {})", node.name, node.module));
    } catch (const Error& error) {
      terminal.note(fmt::format("    (no log: {})", error.what()));
    }
  }
  return all_installed ? ExitStatus::success : ExitStatus::input;
}

}  // namespace lucie::control
