#include "daemon/agents.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "wire/sealed.hpp"

namespace lucie::daemon {
namespace {

using base::SystemTime;
using std::chrono::seconds;

/// A report that is held back on its way may come this late, and a clock may be off by as much.
constexpr auto clock_tolerance = std::chrono::minutes(10);
constexpr int silent_after = 3;  ///< intervals
constexpr auto between_logged_refusals = seconds(10);

SystemTime time_of(std::int64_t microseconds) {
  return SystemTime(std::chrono::microseconds(microseconds));
}

/// Why the report's moment cannot be: a datagram that somebody kept, or a wrong clock.
std::string wrong_clock(const wire::AgentReport& report, SystemTime now) {
  const auto off = time_of(report.number) - now;
  if (off <= clock_tolerance && off >= -clock_tolerance) return {};
  return fmt::format("the node's clock is {} {} the server's", base::format_duration(std::chrono::abs(off)),
                     off < off.zero() ? "behind" : "ahead of");
}

bool has_agent_package(const Snapshot& snapshot, const config::Host& host) {
  const auto* set = snapshot.compiled().set_of(host);
  return set != nullptr && std::any_of(set->packages.begin(), set->packages.end(),
                                       [](const auto& package) { return package.name == "lucie-agent"; });
}

/// A node that is being installed tells nothing.
bool is_excused(const NodeRecord& node) {
  return node.state != wire::NodeState::installed && node.state != wire::NodeState::unknown;
}

}  // namespace

Agents::Agents(Store& store, const Secrets& secrets, Tell tell, Log log, SystemTime started)
    : store_(store),
      secrets_(secrets),
      watches_(store),
      tell_(std::move(tell)),
      log_(std::move(log)),
      started_(started) {}

std::string Agents::receive(const Snapshot& snapshot, const std::string& datagram, const std::string& peer,
                            SystemTime now) {
  try {
    return answer(snapshot, open(snapshot, datagram, peer), now);
  } catch (const EnvironmentError& error) {  // our own trouble; the node tells it again
    log_(fmt::format("error: agents of {}: {}", peer, error.what()));
  } catch (const Error& error) {
    refused(peer, error.what(), now);
  }
  return {};
}

wire::AgentReport Agents::open(const Snapshot& snapshot, const std::string& datagram,
                               const std::string& peer) const {
  const wire::Sealed sealed = wire::unseal(datagram);
  if (sealed.kind != "report") throw Error("it is no report");
  const config::Host* host = snapshot.host(sealed.host);
  if (host == nullptr) throw Error(fmt::format("there is no host '{}'", sealed.host));
  if (!wire::is_genuine(sealed, secrets_.node_key(host->name)))
    throw Error(fmt::format("it is not sealed with the key of {}", host->name));
  if (!snapshot.has_address(*host, peer))
    throw Error(fmt::format("{} is not an address of {}", peer, host->name));
  wire::AgentReport report = wire::agent_report_from_xml(sealed.content);
  if (report.host != host->name) throw Error("the report is about another host");
  return report;
}

std::string Agents::answer(const Snapshot& snapshot, const wire::AgentReport& report, SystemTime now) {
  const auto seal = [&](const wire::AgentAnswer& answer) {
    return wire::seal("answer", report.host, secrets_.node_key(report.host), wire::to_xml(answer));
  };
  const std::string why = wrong_clock(report, now);
  if (!why.empty()) {
    refused(report.host, why, now);
    return seal({.number = report.number, .refusal = why, .orders = {}});
  }
  const ReporterRecord reporter = store_.reporter(report.host);
  Answered& answered = answered_[report.host];
  if (report.number == reporter.number)
    return answered.number == report.number ? answered.datagram
                                            : seal({.number = report.number, .refusal = {}, .orders = {}});
  if (report.number < reporter.number) throw Error(fmt::format("an old report of {} again", report.host));
  store_.record_report(report);
  if (reporter.silent > 0) {
    store_.record_silence(report.host, 0, "its agents tell again what they find");
    tell_(watches_.judge_silence(snapshot.cluster(), report.host, 0, "heard again", now).tellings);
  }
  answered = {report.number,
              seal({.number = report.number, .refusal = {}, .orders = judge(snapshot, report, now)})};
  return answered.datagram;
}

std::vector<wire::RecoveryOrder> Agents::judge(const Snapshot& snapshot, const wire::AgentReport& report,
                                               SystemTime now) {
  std::vector<wire::RecoveryOrder> orders;
  std::vector<wire::Event> events;
  std::set<std::string>& ordered = ordered_[report.host];
  for (const auto& outcome : report.recoveries) ordered.erase(outcome.lmp + "/" + outcome.agent);
  for (const wire::AgentFinding& finding : report.findings) {
    const std::string name = finding.lmp + "/" + finding.agent;
    Consequences follow = watches_.judge(snapshot.cluster(), report.host, finding, now);
    tell_(std::move(follow.tellings));
    if (finding.verdict == wire::Verdict::ok) ordered.erase(name);
    // An order whose answer got lost, or whose agent was killed, is given again.
    if (follow.recover || ordered.contains(name)) orders.push_back({finding.lmp, finding.agent});
    if (!follow.recover) continue;
    ordered.insert(name);
    events.push_back({.kind = "recovery_ordered",
                      .module = finding.lmp + "/" + finding.agent,
                      .message = "watch " + follow.recovered_by});
  }
  if (!events.empty()) store_.record(report.host, std::move(events));
  return orders;
}

void Agents::find_silent(const Snapshot& snapshot, SystemTime now) {
  const auto nodes = store_.nodes();
  const auto reporters = store_.reporters();
  for (const config::Host& host : snapshot.cluster().hosts) {
    const auto node = nodes.find(host.name);
    const auto reporter = reporters.find(host.name);
    find_silent(snapshot, host, node == nodes.end() ? NodeRecord{} : node->second,
                reporter == reporters.end() ? ReporterRecord{} : reporter->second, now);
  }
}

void Agents::find_silent(const Snapshot& snapshot, const config::Host& host, const NodeRecord& node,
                         const ReporterRecord& reporter, SystemTime now) {
  const bool expected = reporter.number != 0 || (node.local_at != 0 && has_agent_package(snapshot, host));
  const config::LucieGroup* group = snapshot.cluster().lucie_group(host.lucie_group);
  if (!expected || is_excused(node) || group == nullptr) return;
  const std::int64_t since = std::max({reporter.heard, node.local_at, milliseconds(started_)});
  const auto quiet = std::chrono::milliseconds(milliseconds(now) - since);
  const int times = static_cast<int>(quiet / (group->agent_interval * silent_after));
  if (times <= reporter.silent) return;
  const std::string text = fmt::format("its agents have told nothing for {}", base::format_duration(quiet));
  store_.record_silence(host.name, times, text);
  tell_(watches_.judge_silence(snapshot.cluster(), host.name, times, text, now).tellings);
}

/// A flood must not fill the log.
void Agents::refused(const std::string& peer, const std::string& why, SystemTime now) {
  ++refusals_;
  if (now - last_refusal_ < between_logged_refusals) return;
  const std::string others = refusals_ > 1 ? fmt::format(" (and {} more datagrams)", refusals_ - 1) : "";
  log_(fmt::format("refused what agents of {} tell: {}{}", peer, why, others));
  last_refusal_ = now;
  refusals_ = 0;
}

wire::SliceAgent agent_slice(const Snapshot& snapshot, const config::Host& host, const Secrets& secrets,
                             const std::string& server, std::uint16_t port) {
  const config::LucieGroup* group = snapshot.cluster().lucie_group(host.lucie_group);
  if (group == nullptr || port == 0) return {};
  return {.address = group->agent_address,
          .port = port,
          .server = server,
          .interval = static_cast<int>(group->agent_interval.count()),
          .key = secrets.node_key(host.name)};
}

}  // namespace lucie::daemon
