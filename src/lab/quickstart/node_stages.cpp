#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/power.hpp"
#include "lab/quickstart/nodes.hpp"
#include "universe/pool.hpp"

// The stages on the nodes.
namespace lucie::lab {
namespace {

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

/// It restarts without asking its services, but what was written is on its disk.
void restart(Journey& journey, const std::string& node) {
  try_on_node(journey, node, "systemctl reboot --force");  // the connection breaks off
}

}  // namespace

std::string install_nodes(Journey& journey) {
  const auto nodes = node_names(journey);
  // Armed first, then switched on: an empty disk boots nothing else.
  install_and_boot(journey, nodes, {}, [&] {
    for (const Machine& machine : journey.server().plan().machines) power_on(journey.server(), machine);
  });
  journey.installed = journey.nodes;
  return fmt::format("{} of {} installed",
                     std::count_if(journey.nodes.begin(), journey.nodes.end(),
                                   [](const auto& node) { return node.state == wire::NodeState::installed; }),
                     nodes.size());
}

std::string inspect_nodes(Journey& journey) {
  journey.run_in_server({.argv = {"lucie", "status"}});
  journey.run_in_server({.argv = {"lucie", "events"}});
  for (const std::string& node : node_names(journey)) {
    const std::string told = on_node(journey, node, proof(journey, *journey.cluster.host(node)));
    journey.reporter.note(fmt::format("{}:\n{}", node, base::trim(told)));
  }
  return "packages and files of the LMPs are there";
}

/// Every node has every byte, and lucied was told of each one's end.
std::string show_datasets(Journey& journey) {
  std::vector<std::string> told;
  for (const config::Dataset& dataset : journey.cluster.datasets) {
    const auto digest = [](const std::string& line) { return line.substr(0, line.find(' ')); };
    const std::string sent = digest(journey.run_in_server({.argv = {"sha256sum", dataset.source}}));
    for (const std::string& node : dataset.members) {
      const std::string got = digest(on_node(journey, node, "sha256sum " + dataset.destination));
      if (got != sent) throw Error(fmt::format("dataset {} on {} has SHA-256 {}", dataset.name, node, got));
    }
    told.push_back(
        fmt::format("{} on {} nodes, SHA-256 {}…", dataset.name, dataset.members.size(), sent.substr(0, 12)));
  }
  const std::string events = journey.run_in_server({.argv = {"lucie", "events"}});
  for (const std::string& line : base::split(events, '\n')) {
    if (line.find(" ring_") != std::string::npos) journey.reporter.note(line);
  }
  return base::join(told, "; ");
}

/// One lies in the administrator's modules.d, one came with an LMP; both left something on the node. A third,
/// remotelogin, lets each node into the next without a password or a question about its key.
std::string show_modules(Journey& journey) {
  const auto nodes = node_names(journey);
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    const std::string& next = nodes[(index + 1) % nodes.size()];
    const std::string told = on_node(
        journey, nodes[index],
        "cat /var/lib/lucie/hardware /var/lib/lucie/greeting; ssh -o BatchMode=yes " + next + " hostname");
    if (!base::trim(told).ends_with(next))
      throw Error(fmt::format("{} is not let into {}", nodes[index], next));
    journey.reporter.note(fmt::format("{}:\n{}", nodes[index], base::trim(told)));
  }
  return "inventory from /etc/lucie/modules.d, hello from LMP hello; remotelogin lets nodes into each other";
}

/// What Lucie wrote is spoiled on one node, and installer `repair` makes it good: on the system that is
/// there, which keeps what is not Lucie's.
std::string repair_node(Journey& journey) {
  const std::string node = node_names(journey).front();
  const double full = state_of(journey, node).seconds;
  on_node(journey, node, "echo spoiled >/etc/hosts; echo kept >/root/kept; sync");
  install_and_boot(journey, {node}, {"--installer", "repair"}, [&] { restart(journey, node); });
  on_node(journey, node,
          "grep -q " + node + " /etc/hosts && ! grep -q spoiled /etc/hosts && test -e /root/kept");
  const double repaired = state_of(journey, node).seconds;
  if (repaired >= full) throw Error(fmt::format("repairing {} took {:.0f} s", node, repaired));
  return fmt::format("{} is as it should be again after {}; its installation took {}", node,
                     base::format_duration(std::chrono::duration<double>(repaired)),
                     base::format_duration(std::chrono::duration<double>(full)));
}

}  // namespace lucie::lab
