#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/interrupt.hpp"
#include "lab/quickstart/nodes.hpp"

// The stage in which something goes wrong on a node.
namespace lucie::lab {
namespace {

constexpr const char* k_agent = "time-chrony/clock";
constexpr const char* k_watch_log =
    "/var/log/lucie-watch.log";  ///< the command of the example's watch writes it
constexpr std::chrono::minutes k_finding_limit{6};

std::vector<wire::Event> events_of(Journey& journey, const std::string& node) {
  return wire::events_from_json(
      journey.server().run_or_throw({.argv = {"lucie", "events", "--node", node, "--json"}}));
}

/// The first event of one of these kinds after another one. Waits until it comes; throws lucie::Error when it
/// does not.
wire::Event await_event(Journey& journey, const std::string& node, const std::set<std::string>& kinds,
                        std::int64_t after) {
  const auto end = std::chrono::steady_clock::now() + k_finding_limit;
  const std::string kind = base::join({kinds.begin(), kinds.end()}, " or ");
  for (;;) {
    for (const wire::Event& event : events_of(journey, node)) {
      if (event.id > after && kinds.contains(event.kind) && event.module == k_agent) return event;
    }
    if (std::chrono::steady_clock::now() > end) {
      throw Error(fmt::format("lucied told no {} of {} on {} within {} minutes", kind, k_agent, node,
                              k_finding_limit.count()))
          .hint("the agent's log on the node: /var/log/lucie; see lucie-agent(8)");
    }
    journey.reporter.progress(fmt::format("waiting for {} of {} on {}", kind, k_agent, node), -1);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    stop_if_interrupted();
  }
}

}  // namespace

/// A daemon is stopped on a node. Its agent finds that, tells lucied, and the definitions' watch lets the
/// node start it again.
std::string watch_nodes(Journey& journey) {
  const std::string node = node_names(journey).at(1);
  const auto before = events_of(journey, node);
  const std::int64_t last = before.empty() ? 0 : before.back().id;
  on_node(journey, node, "systemctl stop chrony");
  const base::Stopwatch since;
  const wire::Event found = await_event(journey, node, {"agent_failure"}, last);
  const auto found_after = since.elapsed();
  journey.reporter.note(fmt::format("{}: {}: {}", node, k_agent, found.message));
  const wire::Event recovered = await_event(journey, node, {"recovery_done"}, found.id);
  // A warning: in a lab there is no server that chrony could follow.
  await_event(journey, node, {"agent_ok", "agent_warning"}, found.id);
  const auto well_after = since.elapsed();
  on_node(journey, node, "systemctl is-active chrony");
  // Commands of watches are run a moment later, as many nodes may fail at once, so the daemon may be well
  // before.
  await_event(journey, node, {"watch_told", "watch_failed"}, found.id);
  journey.run_in_server({.argv = {"grep", fmt::format("^{} {}: failure", node, k_agent), k_watch_log}});
  journey.reporter.note(fmt::format("{}: {}: {}", node, k_agent, recovered.message));
  return fmt::format("chrony stopped on {}: found after {}, runs again after {}", node,
                     base::format_duration(found_after), base::format_duration(well_after));
}

}  // namespace lucie::lab
