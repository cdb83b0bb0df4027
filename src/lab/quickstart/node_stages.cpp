#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/node_set.hpp"
#include "base/text.hpp"
#include "lab/console.hpp"
#include "lab/interrupt.hpp"
#include "lab/power.hpp"
#include "lab/quickstart/journey.hpp"
#include "universe/pool.hpp"

// The stages on the nodes.
namespace lucie::lab {
namespace {

constexpr std::chrono::minutes k_installation_limit{15};
constexpr std::chrono::minutes k_login_limit{6};

std::vector<std::string> node_names(const Journey& journey) {
  std::vector<std::string> names;
  for (const Machine& machine : journey.server().plan().machines) names.push_back(machine.name);
  return names;
}

void ask_states(Journey& journey) {
  const auto told = journey.server().run({.argv = {"lucie", "status", "--json"}});
  if (told.success()) journey.nodes = wire::nodes_from_json(told.output);
}

/// What a node does. One that is booting tells nothing by itself, but its console does.
std::string doing(const Journey& journey, const wire::NodeStatus& node) {
  if (!node.module.empty()) return " (" + node.module + ")";
  const auto log = journey.server().plan().console_log(node.name);
  std::error_code ignored;
  if (node.state != wire::NodeState::booting || !std::filesystem::exists(log, ignored)) return {};
  const std::string line = last_console_line(base::read_file(log));
  return line.empty() ? "" : " (" + line + ")";
}

void show_states(Journey& journey) {
  std::vector<std::string> parts;
  double least = 1;
  for (const wire::NodeStatus& node : journey.nodes) {
    parts.push_back(fmt::format("{} {}{}", node.name, to_string(node.state), doing(journey, node)));
    least = std::min(least, node.fraction);
  }
  journey.reporter.progress(base::join(parts, ", "), least);
}

void switch_on(Journey& journey) {
  for (const Machine& machine : journey.server().plan().machines) power_on(journey.server(), machine);
}

/// The packages that the LMPs of a host ask for, as they were locked.
std::vector<std::string> wanted_packages(Journey& journey, const config::Host& host) {
  const auto lock =
      universe::lock_from_json(journey.server().run_or_throw({.argv = {"cat", "/var/lib/lucie/lock.json"}}));
  const std::set<std::string> services(host.services.begin(), host.services.end());
  for (const auto& installer : lock.installers) {
    if (installer.installer != host.installer) continue;
    for (const auto& set : installer.sets) {
      if (std::includes(set.services.begin(), set.services.end(), services.begin(), services.end()))
        return set.wanted;
    }
  }
  throw Error(fmt::format("the lock does not know the services of {}", host.name));
}

/// What must be true on a node, as shell commands; it tells the firmware, the root, and a line a package.
/// sshd is there because we are.
std::string proof(Journey& journey, const config::Host& host) {
  return fmt::format(
      R"sh(set -e
test "$(hostname)" = {}
if [ -d /sys/firmware/efi ]; then firmware=UEFI; else firmware=BIOS; fi
root=$(findmnt -no SOURCE /)
echo "$firmware, $(lsblk -dno PTTYPE "$root") label, root on $root, kernel $(uname -r)"
dpkg-query -W -f '${{Package}} ${{Version}} ${{db:Status-Status}}\n' {} >/tmp/wanted
cat /tmp/wanted
! grep -v ' installed$' /tmp/wanted || exit 1
grep -q ' {}$' /etc/hosts)sh",
      host.name, base::join(wanted_packages(journey, host), " "), host.name);
}

std::string log_in(Journey& journey, const std::string& node) {
  const std::string script = proof(journey, *journey.cluster.host(node));
  const auto end = std::chrono::steady_clock::now() + k_login_limit;
  for (;;) {
    const base::Outcome outcome = journey.try_in_server(
        {.argv = {"ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o",
                  "ConnectTimeout=5", "root@" + journey.cluster.host(node)->address, script}});
    if (outcome.success()) return outcome.output;
    // 255 is ssh's own: not up yet.
    if (outcome.exit_status != 255 || std::chrono::steady_clock::now() > end) {
      throw Error(fmt::format("node {} is not as it should be ({}): {}", node, outcome.describe(),
                              base::trim(outcome.error.empty() ? outcome.output : outcome.error)));
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
    stop_if_interrupted();
  }
}

}  // namespace

std::string install_nodes(Journey& journey) {
  const std::string nodes = base::fold_node_set(node_names(journey));
  const base::Stopwatch watch;
  double asked = 0;
  bool switched_on = false;
  base::Command install{.argv = {"lucie", "install", nodes, "--booted", "--timeout",
                                 fmt::format("{}m", k_installation_limit.count())}};
  // Armed first, then switched on: an empty disk boots nothing else.
  install.on_line = [&](std::string_view line) {
    if (!switched_on && line.starts_with("armed ")) {
      switch_on(journey);
      switched_on = true;
    }
  };
  std::string dead;
  install.cancelled = [&] {
    if (watch.elapsed().count() - asked < 1) return false;
    asked = watch.elapsed().count();
    ask_states(journey);
    show_states(journey);
    if (switched_on) dead = dead_machine(journey.server());
    return !dead.empty();
  };
  const base::Outcome outcome = journey.try_in_server(std::move(install));
  if (!dead.empty()) throw EnvironmentError(dead);
  journey.succeed("lucie install", outcome);
  ask_states(journey);
  return fmt::format("{} of {} installed",
                     std::count_if(journey.nodes.begin(), journey.nodes.end(),
                                   [](const auto& node) { return node.state == wire::NodeState::installed; }),
                     journey.nodes.size());
}

std::string inspect_nodes(Journey& journey) {
  journey.run_in_server({.argv = {"lucie", "status"}});
  journey.run_in_server({.argv = {"lucie", "events"}});
  for (const std::string& node : node_names(journey)) {
    journey.reporter.note(fmt::format("{}:\n{}", node, base::trim(log_in(journey, node))));
  }
  return "packages and files of the LMPs are there";
}

}  // namespace lucie::lab
