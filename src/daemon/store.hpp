#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "daemon/node_record.hpp"
#include "daemon/store_sqlite.hpp"
#include "wire/agent_report.hpp"
#include "wire/event.hpp"

namespace lucie::daemon {

/// The latest word of one agent. Moments are milliseconds since 1970.
struct AgentRecord {
  std::string node;
  wire::AgentFinding finding;
  std::int64_t since = 0;  ///< when the verdict was first this one
  std::int64_t heard = 0;  ///< when it was last told
};

/// What is known of a node whose agents tell what they find.
struct ReporterRecord {
  std::int64_t number = 0;  ///< of its last report; 0: it never told anything
  std::int64_t heard = 0;   ///< when that came
  int silent = 0;           ///< how many times three intervals went by since; 0: it is not silent
};

/// How far a watch is with one agent of one node, or (`about` empty) with the node's silence.
struct WatchCase {
  std::string watch, node;
  std::string about;       ///< LMP/AGENT
  std::string state;       ///< warning, failure or silent
  int count = 0;           ///< times in a row
  std::int64_t acted = 0;  ///< when something was last done about it; 0: nothing yet
};

/// States and events of all nodes, on disk. Every change is an event that is written in the same transaction
/// as the state that follows from it, so that a killed lucied goes on where it was. For several threads.
class Store {
 public:
  using Now = std::function<base::SystemTime()>;

  /// Throws EnvironmentError when the file cannot be used, or is of a later Lucie.
  explicit Store(const std::filesystem::path& file, Now now = std::chrono::system_clock::now);

  /// `installer` empty: each host's own. All of them or none.
  void arm(const std::vector<std::string>& nodes, const std::string& installer);
  void disarm(const std::vector<std::string>& nodes);
  /// Records a boot script request: when the node is armed, a new installation with this token begins and the
  /// result is true; otherwise the node boots from its own disk.
  bool boot(const std::string& node, const std::string& token_hash);
  /// What a node told (or lucied about it), in order; all of them or none.
  void record(const std::string& node, std::vector<wire::Event> events);

  /// What a node's agents told, with an event for every verdict that is another than before. Agents that two
  /// rounds did not name are forgotten.
  void record_report(const wire::AgentReport& report);
  /// `times` 0: it is heard again. An event only for the first time, and for that.
  void record_silence(const std::string& node, int times, const std::string& message);
  /// Of these nodes (empty: of all), by node, LMP and agent.
  std::vector<AgentRecord> agents(const std::vector<std::string>& nodes) const;
  ReporterRecord reporter(const std::string& node) const;
  std::map<std::string, ReporterRecord> reporters() const;

  std::optional<WatchCase> watch_case(const std::string& watch, const std::string& node,
                                      const std::string& about) const;
  void open_case(const WatchCase& open);
  void close_case(const WatchCase& closed);

  /// A node that nothing was recorded about has state `unknown`.
  NodeRecord node(const std::string& name) const;
  std::map<std::string, NodeRecord> nodes() const;

  /// Events after `since`, oldest first, at most `limit`. `nodes` empty: of all.
  std::vector<wire::Event> events(std::int64_t since, const std::vector<std::string>& nodes,
                                  int limit = 10'000) const;
  std::int64_t last_event() const;
  /// Waits until there is an event after `since`; false when the time is up or the store is closing.
  bool wait(std::int64_t since, std::chrono::steady_clock::time_point until) const;
  /// Ends all waiting.
  void close();

 private:
  NodeRecord read(const std::string& name) const;
  void write(const NodeRecord& node);
  void commit(Transaction& transaction);
  void change(NodeRecord& node, wire::Event event);
  void drop_old_events();
  void write_reporter(const wire::AgentReport& report);
  void write_finding(NodeRecord& node, const wire::AgentReport& report, const wire::AgentFinding& finding);

  Now now_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable Database database_;
  std::int64_t last_event_ = 0;  ///< committed
  std::int64_t newest_ = 0;      ///< written by the transaction under way
  bool closing_ = false;
};

}  // namespace lucie::daemon
