#include "daemon/watches.hpp"

#include <algorithm>

#include "config/agent_program.hpp"

namespace lucie::daemon {
namespace {

template <typename Value>
bool holds(const std::vector<Value>& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool is_about(const config::Watch& watch, const wire::AgentFinding& finding) {
  return std::any_of(watch.agents.begin(), watch.agents.end(), [&](const std::string& pattern) {
    return config::agent_matches(pattern, finding.lmp, finding.agent);
  });
}

bool tells(const config::Watch& watch) {
  return !watch.command.empty() || !watch.mail.empty();
}

/// The word of `on` for a state.
std::string condition_of(const std::string& state) {
  return state == "silent" ? "silence" : state;
}

}  // namespace

bool Watches::act(const config::Watch& watch, const Telling& happened, int times, base::SystemTime now,
                  Consequences& consequences) {
  auto open = store_.watch_case(watch.name, happened.node, happened.agent);
  if (!holds(watch.on, condition_of(happened.state))) {
    if (!open) return false;
    store_.close_case(*open);
    const bool over = happened.state == "ok" && open->acted != 0 && tells(watch);
    if (over) consequences.tellings.push_back(happened);
    return false;
  }
  WatchCase current =
      open.value_or(WatchCase{.watch = watch.name, .node = happened.node, .about = happened.agent});
  current.count = times > 0 ? times : current.count + 1;
  const bool worse = current.state == "warning" && happened.state == "failure";
  current.state = happened.state;
  const std::int64_t repeat = std::chrono::milliseconds(watch.repeat).count();
  const bool due = current.acted == 0 || worse || milliseconds(now) - current.acted >= repeat;
  const bool time_to_act = current.count >= watch.after && due;
  if (time_to_act) current.acted = milliseconds(now);
  store_.open_case(current);
  if (time_to_act && tells(watch)) consequences.tellings.push_back(happened);
  return time_to_act;
}

Consequences Watches::judge(const config::Cluster& cluster, const std::string& node,
                            const wire::AgentFinding& finding, base::SystemTime now) {
  Consequences consequences;
  for (const config::Watch& watch : cluster.watches) {
    if (!holds(watch.members, node) || !is_about(watch, finding)) continue;
    const Telling happened{.watch = watch,
                           .node = node,
                           .agent = finding.lmp + "/" + finding.agent,
                           .state = wire::to_string(finding.verdict),
                           .text = finding.text};
    const bool acts = act(watch, happened, 0, now, consequences);
    if (!acts || !watch.recover || !finding.recovers || consequences.recover) continue;
    consequences.recover = true;
    consequences.recovered_by = watch.name;
  }
  return consequences;
}

Consequences Watches::judge_silence(const config::Cluster& cluster, const std::string& node, int times,
                                    const std::string& text, base::SystemTime now) {
  Consequences consequences;
  for (const config::Watch& watch : cluster.watches) {
    if (!holds(watch.members, node) || !holds(watch.on, std::string("silence"))) continue;
    act(watch, {.watch = watch, .node = node, .state = times == 0 ? "ok" : "silent", .text = text}, times,
        now, consequences);
  }
  return consequences;
}

}  // namespace lucie::daemon
