#include "daemon/store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace lucie::daemon {
namespace {

constexpr std::int64_t schema_version = 1;
/// About a hundred installations of a thousand nodes.
constexpr std::int64_t kept_events = 5'000'000;
constexpr std::int64_t events_between_drops = 100'000;

const char* const schema = R"(
CREATE TABLE IF NOT EXISTS node (
  name TEXT PRIMARY KEY, state TEXT NOT NULL, before TEXT NOT NULL, armed INTEGER NOT NULL,
  installer TEXT NOT NULL, token_hash TEXT NOT NULL, module TEXT NOT NULL, message TEXT NOT NULL,
  fraction REAL NOT NULL, since INTEGER NOT NULL, boot_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
  local_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
  id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, node TEXT NOT NULL, kind TEXT NOT NULL,
  module TEXT NOT NULL, message TEXT NOT NULL, fraction REAL NOT NULL, seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS reporter (
  node TEXT PRIMARY KEY, number INTEGER NOT NULL, heard INTEGER NOT NULL, silent INTEGER NOT NULL,
  round INTEGER NOT NULL, round_before INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agent (
  node TEXT NOT NULL, lmp TEXT NOT NULL, agent TEXT NOT NULL, verdict TEXT NOT NULL, text TEXT NOT NULL,
  seconds REAL NOT NULL, recovers INTEGER NOT NULL, since INTEGER NOT NULL, heard INTEGER NOT NULL,
  round INTEGER NOT NULL, PRIMARY KEY (node, lmp, agent)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watch_case (
  watch TEXT NOT NULL, node TEXT NOT NULL, about TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL,
  acted INTEGER NOT NULL, PRIMARY KEY (watch, node, about)) WITHOUT ROWID;
PRAGMA user_version = 1;
)";

const char* const node_columns =
    "name, state, before, armed, installer, token_hash, module, message, fraction, since, boot_at, "
    "finished_at, "
    "local_at";

NodeRecord node_from(const Statement& row) {
  return {
      .name = row.text(0),
      .state = wire::node_state_from_string(row.text(1)),
      .before = wire::node_state_from_string(row.text(2)),
      .armed = row.integer(3) != 0,
      .installer = row.text(4),
      .token_hash = row.text(5),
      .module = row.text(6),
      .message = row.text(7),
      .fraction = row.real(8),
      .since = row.integer(9),
      .boot_at = row.integer(10),
      .finished_at = row.integer(11),
      .local_at = row.integer(12),
  };
}

wire::Event event_from(const Statement& row) {
  return {
      .id = row.integer(0),
      .time = row.text(1),
      .node = row.text(2),
      .kind = row.text(3),
      .module = row.text(4),
      .message = row.text(5),
      .fraction = row.real(6),
      .seconds = row.real(7),
  };
}

/// Losing one of these in a power cut would install a node again, or not at all.
bool must_be_durable(const wire::Event& event) {
  return event.kind == "finished" || event.kind == "failed";
}

}  // namespace

Store::Store(const std::filesystem::path& file, Now now) : now_(std::move(now)), database_(file) {
  if (database_.number("PRAGMA user_version") > schema_version)
    throw EnvironmentError(file.string() + ": it was made by a later version of lucied");
  Transaction transaction(database_, true);
  database_.execute(schema);
  transaction.commit();
  last_event_ = newest_ = database_.number("SELECT max(id) FROM event");
  drop_old_events();
}

void Store::arm(const std::vector<std::string>& nodes, const std::string& installer) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, true);
  for (const std::string& name : nodes) {
    NodeRecord node = read(name);
    node.installer = installer;
    change(node, {.kind = "armed", .message = installer});
  }
  commit(transaction);
}

void Store::disarm(const std::vector<std::string>& nodes) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, true);
  for (const std::string& name : nodes) {
    NodeRecord node = read(name);
    if (node.armed) change(node, {.kind = "disarmed"});
  }
  commit(transaction);
}

bool Store::boot(const std::string& name, const std::string& token_hash) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, false);
  NodeRecord node = read(name);
  const bool install = node.armed;
  if (install) node.token_hash = token_hash;
  change(node, {.kind = install ? "boot" : "boot_local"});
  commit(transaction);
  return install;
}

void Store::record(const std::string& name, std::vector<wire::Event> events) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_, std::any_of(events.begin(), events.end(), must_be_durable));
  NodeRecord node = read(name);
  for (wire::Event& event : events) change(node, std::move(event));
  commit(transaction);
}

NodeRecord Store::node(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return read(name);
}

std::map<std::string, NodeRecord> Store::nodes() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, NodeRecord> nodes;
  Statement query(database_, std::string("SELECT ") + node_columns + " FROM node");
  while (query.step()) {
    NodeRecord node = node_from(query);
    nodes[node.name] = std::move(node);
  }
  return nodes;
}

std::vector<wire::Event> Store::events(std::int64_t since, const std::vector<std::string>& nodes,
                                       int limit) const {
  const std::lock_guard lock(mutex_);
  const std::string of_nodes = nodes.empty() ? "" : " AND node IN (SELECT value FROM json_each(?))";
  Statement query(database_,
                  "SELECT id, time, node, kind, module, message, fraction, seconds FROM event WHERE id > ?" +
                      of_nodes + " ORDER BY id LIMIT " + std::to_string(limit));
  query.bind(since);
  if (!nodes.empty()) query.bind(nlohmann::json(nodes).dump());
  std::vector<wire::Event> events;
  while (query.step()) events.push_back(event_from(query));
  return events;
}

std::int64_t Store::last_event() const {
  const std::lock_guard lock(mutex_);
  return last_event_;
}

bool Store::wait(std::int64_t since, std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return closing_ || last_event_ > since; });
  return !closing_ && last_event_ > since;
}

void Store::close() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  changed_.notify_all();
}

NodeRecord Store::read(const std::string& name) const {
  Statement query(database_, std::string("SELECT ") + node_columns + " FROM node WHERE name = ?");
  query.bind(name);
  if (query.step()) return node_from(query);
  return {.name = name};
}

void Store::write(const NodeRecord& node) {
  Statement statement(database_, std::string("INSERT OR REPLACE INTO node (") + node_columns +
                                     ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
  statement.bind(node.name).bind(wire::to_string(node.state)).bind(wire::to_string(node.before));
  statement.bind(static_cast<std::int64_t>(node.armed)).bind(node.installer).bind(node.token_hash);
  statement.bind(node.module).bind(node.message).bind(node.fraction).bind(node.since);
  statement.bind(node.boot_at).bind(node.finished_at).bind(node.local_at).run();
}

/// Only now do others see the new events.
void Store::commit(Transaction& transaction) {
  transaction.commit();
  last_event_ = newest_;
  changed_.notify_all();
}

/// Within a transaction.
void Store::change(NodeRecord& node, wire::Event event) {
  const base::SystemTime now = now_();
  apply(node, event, now);
  write(node);
  Statement statement(database_,
                      "INSERT INTO event (time, node, kind, module, message, fraction, seconds) VALUES "
                      "(?,?,?,?,?,?,?)");
  statement.bind(base::format_time(now)).bind(node.name).bind(event.kind).bind(event.module);
  statement.bind(event.message).bind(event.fraction).bind(event.seconds).run();
  newest_ = database_.last_row();
  if (newest_ % events_between_drops == 0) drop_old_events();
}

void Store::drop_old_events() {
  Statement(database_, "DELETE FROM event WHERE id <= ?").bind(newest_ - kept_events).run();
}

}  // namespace lucie::daemon
