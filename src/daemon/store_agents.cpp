#include <nlohmann/json.hpp>

#include "daemon/store.hpp"

/// The part of the store that is about agents and watches.
namespace lucie::daemon {
namespace {

/// Without a round of its own a report must not make others look forgotten.
std::int64_t round_of(const wire::AgentReport& report, std::int64_t known) {
  return report.round == 0 ? known : report.round;
}

AgentRecord agent_from(const Statement& row) {
  return {.node = row.text(0),
          .finding = {.lmp = row.text(1),
                      .agent = row.text(2),
                      .verdict = wire::verdict_from_string(row.text(3)),
                      .text = row.text(4),
                      .seconds = row.real(5),
                      .recovers = row.integer(6) != 0},
          .since = row.integer(7),
          .heard = row.integer(8)};
}

wire::Event finding_event(const wire::AgentFinding& finding) {
  return {.kind = "agent_" + wire::to_string(finding.verdict),
          .module = finding.lmp + "/" + finding.agent,
          .message = finding.text,
          .seconds = finding.seconds};
}

wire::Event recovery_event(const wire::RecoveryOutcome& outcome) {
  return {.kind = outcome.done ? "recovery_done" : "recovery_failed",
          .module = outcome.lmp + "/" + outcome.agent,
          .message = outcome.text,
          .seconds = outcome.seconds};
}

}  // namespace

void Store::record_report(const wire::AgentReport& report) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, false);
  NodeRecord node = read(report.host);
  for (const auto& recovery : report.recoveries) change(node, recovery_event(recovery));
  for (const auto& finding : report.findings) write_finding(node, report, finding);
  write_reporter(report);
  commit(transaction);
}

void Store::write_finding(NodeRecord& node, const wire::AgentReport& report,
                          const wire::AgentFinding& finding) {
  const std::int64_t now = milliseconds(now_());
  Statement query(database_,
                  "SELECT verdict, since, round FROM agent WHERE node = ? AND lmp = ? AND agent = ?");
  query.bind(node.name).bind(finding.lmp).bind(finding.agent);
  const bool known = query.step();
  const bool same = known && query.text(0) == wire::to_string(finding.verdict);
  Statement statement(database_, "INSERT OR REPLACE INTO agent VALUES (?,?,?,?,?,?,?,?,?,?)");
  statement.bind(node.name).bind(finding.lmp).bind(finding.agent).bind(wire::to_string(finding.verdict));
  statement.bind(finding.text).bind(finding.seconds).bind(static_cast<std::int64_t>(finding.recovers));
  statement.bind(same ? query.integer(1) : now).bind(now);
  statement.bind(round_of(report, known ? query.integer(2) : 0)).run();
  if (!same) change(node, finding_event(finding));
}

/// A round may lose a datagram, two rounds will not lose the same agent: those that two did not name are
/// gone.
void Store::write_reporter(const wire::AgentReport& report) {
  Statement query(database_, "SELECT round, round_before FROM reporter WHERE node = ?");
  query.bind(report.host);
  const bool known = query.step();
  std::int64_t round = known ? query.integer(0) : 0, before = known ? query.integer(1) : 0;
  if (report.last && report.round > round) {
    before = round;
    round = report.round;
    Statement forget(database_, "DELETE FROM agent WHERE node = ? AND round < ?");
    forget.bind(report.host).bind(before).run();
  }
  Statement statement(database_, "INSERT OR REPLACE INTO reporter VALUES (?,?,?,0,?,?)");
  statement.bind(report.host).bind(report.number).bind(milliseconds(now_())).bind(round).bind(before).run();
}

void Store::record_silence(const std::string& name, int times, const std::string& message) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, false);
  NodeRecord node = read(name);
  Statement add(database_, "INSERT OR IGNORE INTO reporter VALUES (?,0,0,0,0,0)");
  add.bind(name).run();
  Statement statement(database_, "UPDATE reporter SET silent = ? WHERE node = ?");
  statement.bind(static_cast<std::int64_t>(times)).bind(name).run();
  if (times <= 1) change(node, {.kind = times == 0 ? "agent_heard" : "agent_silent", .message = message});
  commit(transaction);
}

std::vector<AgentRecord> Store::agents(const std::vector<std::string>& nodes) const {
  const std::lock_guard lock(mutex_);
  const std::string of_nodes = nodes.empty() ? "" : " WHERE node IN (SELECT value FROM json_each(?))";
  Statement query(database_,
                  "SELECT node, lmp, agent, verdict, text, seconds, recovers, since, heard FROM agent" +
                      of_nodes + " ORDER BY node, lmp, agent");
  if (!nodes.empty()) query.bind(nlohmann::json(nodes).dump());
  std::vector<AgentRecord> agents;
  while (query.step()) agents.push_back(agent_from(query));
  return agents;
}

ReporterRecord Store::reporter(const std::string& node) const {
  const std::lock_guard lock(mutex_);
  Statement query(database_, "SELECT number, heard, silent FROM reporter WHERE node = ?");
  query.bind(node);
  if (!query.step()) return {};
  return {query.integer(0), query.integer(1), static_cast<int>(query.integer(2))};
}

std::map<std::string, ReporterRecord> Store::reporters() const {
  const std::lock_guard lock(mutex_);
  Statement query(database_, "SELECT node, number, heard, silent FROM reporter");
  std::map<std::string, ReporterRecord> all;
  while (query.step())
    all[query.text(0)] = {query.integer(1), query.integer(2), static_cast<int>(query.integer(3))};
  return all;
}

std::optional<WatchCase> Store::watch_case(const std::string& watch, const std::string& node,
                                           const std::string& about) const {
  const std::lock_guard lock(mutex_);
  Statement query(database_,
                  "SELECT state, count, acted FROM watch_case WHERE watch = ? AND node = ? AND about = ?");
  query.bind(watch).bind(node).bind(about);
  if (!query.step()) return std::nullopt;
  return WatchCase{.watch = watch,
                   .node = node,
                   .about = about,
                   .state = query.text(0),
                   .count = static_cast<int>(query.integer(1)),
                   .acted = query.integer(2)};
}

void Store::open_case(const WatchCase& open) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, false);
  Statement statement(database_, "INSERT OR REPLACE INTO watch_case VALUES (?,?,?,?,?,?)");
  statement.bind(open.watch).bind(open.node).bind(open.about).bind(open.state);
  statement.bind(static_cast<std::int64_t>(open.count)).bind(open.acted).run();
  commit(transaction);
}

void Store::close_case(const WatchCase& closed) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, false);
  Statement statement(database_, "DELETE FROM watch_case WHERE watch = ? AND node = ? AND about = ?");
  statement.bind(closed.watch).bind(closed.node).bind(closed.about).run();
  commit(transaction);
}

}  // namespace lucie::daemon
