#include "lab/quickstart/nodes.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/node_set.hpp"
#include "base/text.hpp"
#include "lab/console.hpp"
#include "lab/interrupt.hpp"
#include "lab/power.hpp"

namespace lucie::lab {
namespace {

constexpr std::chrono::minutes k_installation_limit{15};
constexpr std::chrono::minutes k_login_limit{6};

/// What a node does. One that is booting tells nothing by itself, but its console does.
std::string doing(const Journey& journey, const wire::NodeStatus& node) {
  if (!node.module.empty()) return " (" + node.module + ")";
  const auto log = journey.server().plan().console_log(node.name);
  std::error_code ignored;
  if (node.state != wire::NodeState::booting || !std::filesystem::exists(log, ignored)) return {};
  const std::string line = last_console_line(base::read_file(log));
  return line.empty() ? "" : " (" + line + ")";
}

void show_states(Journey& journey, const std::vector<std::string>& nodes) {
  std::vector<std::string> parts;
  double least = 1;
  for (const wire::NodeStatus& node : journey.nodes) {
    if (std::find(nodes.begin(), nodes.end(), node.name) == nodes.end()) continue;
    parts.push_back(fmt::format("{} {}{}", node.name, to_string(node.state), doing(journey, node)));
    least = std::min(least, node.fraction);
  }
  journey.reporter.progress(base::join(parts, ", "), least);
}

}  // namespace

std::vector<std::string> node_names(const Journey& journey) {
  std::vector<std::string> names;
  for (const Machine& machine : journey.server().plan().machines) names.push_back(machine.name);
  return names;
}

void ask_states(Journey& journey) {
  const auto told = journey.server().run({.argv = {"lucie", "status", "--json"}});
  if (told.success()) journey.nodes = wire::nodes_from_json(told.output);
}

const wire::NodeStatus& state_of(const Journey& journey, const std::string& node) {
  const auto found = std::find_if(journey.nodes.begin(), journey.nodes.end(),
                                  [&](const wire::NodeStatus& status) { return status.name == node; });
  if (found == journey.nodes.end()) throw Error(fmt::format("lucied does not know {}", node));
  return *found;
}

base::Outcome try_on_node(Journey& journey, const std::string& node, const std::string& script) {
  return journey.try_in_server(
      {.argv = {"ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o",
                "ConnectTimeout=5", "root@" + journey.cluster.host(node)->address, script}});
}

std::string on_node(Journey& journey, const std::string& node, const std::string& script) {
  const auto end = std::chrono::steady_clock::now() + k_login_limit;
  for (;;) {
    const base::Outcome outcome = try_on_node(journey, node, script);
    if (outcome.success()) return outcome.output;
    if (outcome.exit_status != 255 || std::chrono::steady_clock::now() > end) {
      throw Error(fmt::format("node {} is not as it should be ({}): {}", node, outcome.describe(),
                              base::trim(outcome.error.empty() ? outcome.output : outcome.error)));
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
    stop_if_interrupted();
  }
}

void install_and_boot(Journey& journey, const std::vector<std::string>& nodes,
                      const std::vector<std::string>& options, const std::function<void()>& boot) {
  const base::Stopwatch watch;
  double asked = 0;
  bool booted = false;
  std::string dead;
  base::Command install{.argv = {"lucie", "install", base::fold_node_set(nodes), "--booted", "--timeout",
                                 fmt::format("{}m", k_installation_limit.count())}};
  install.argv.insert(install.argv.end(), options.begin(), options.end());
  install.on_line = [&](std::string_view line) {
    if (booted || !line.starts_with("armed ")) return;
    boot();
    booted = true;
  };
  install.cancelled = [&] {
    if (watch.elapsed().count() - asked < 1) return false;
    asked = watch.elapsed().count();
    ask_states(journey);
    show_states(journey, nodes);
    if (!booted) return false;
    dead = dead_machine(journey.server());
    return !dead.empty();
  };
  const base::Outcome outcome = journey.try_in_server(std::move(install));
  if (!dead.empty()) throw EnvironmentError(dead);
  journey.succeed("lucie install", outcome);
  ask_states(journey);
}

}  // namespace lucie::lab
