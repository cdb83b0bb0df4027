#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "daemon/secrets.hpp"
#include "daemon/snapshot.hpp"
#include "daemon/store.hpp"
#include "daemon/watches.hpp"
#include "wire/agent_status.hpp"
#include "wire/slice.hpp"

namespace lucie::daemon {

/// What nodes' agents tell: proved to be theirs, recorded, judged, answered. Used by one thread.
class Agents {
 public:
  using Tell = std::function<void(std::vector<Telling>)>;
  using Log = std::function<void(const std::string&)>;

  /// `started`: silence before lucied ran is nobody's fault.
  Agents(Store& store, const Secrets& secrets, Tell tell, Log log, base::SystemTime started);

  /// The sealed answer to a datagram that came from `peer`, or an empty text for one that deserves none:
  /// forged, from elsewhere, broken, or older than the last one.
  std::string receive(const Snapshot& snapshot, const std::string& datagram, const std::string& peer,
                      base::SystemTime now);
  /// Tells of nodes that have told nothing for three intervals.
  void find_silent(const Snapshot& snapshot, base::SystemTime now);

 private:
  wire::AgentReport open(const Snapshot& snapshot, const std::string& datagram,
                         const std::string& peer) const;
  std::string answer(const Snapshot& snapshot, const wire::AgentReport& report, base::SystemTime now);
  std::vector<wire::RecoveryOrder> judge(const Snapshot& snapshot, const wire::AgentReport& report,
                                         base::SystemTime now);
  void find_silent(const Snapshot& snapshot, const config::Host& host, const NodeRecord& node,
                   const ReporterRecord& reporter, base::SystemTime now);
  void refused(const std::string& peer, const std::string& why, base::SystemTime now);

  struct Answered {
    std::int64_t number = 0;
    std::string datagram;
  };

  Store& store_;
  const Secrets& secrets_;
  Watches watches_;
  Tell tell_;
  Log log_;
  base::SystemTime started_;
  std::map<std::string, Answered> answered_;              ///< by host: a lost answer is given again
  std::map<std::string, std::set<std::string>> ordered_;  ///< by host: recoveries that nobody told the end of
  base::SystemTime last_refusal_;
  int refusals_ = 0;  ///< not logged since
};

/// What the host is told about its agents (`agent` of its slice). `server`: our address as it sees us.
wire::SliceAgent agent_slice(const Snapshot& snapshot, const config::Host& host, const Secrets& secrets,
                             const std::string& server, std::uint16_t port);

/// What `lucie agents` shows.
std::vector<wire::AgentStatus> agent_statuses(const Store& store, const std::vector<std::string>& nodes);

/// Fills in `health` of the nodes.
void add_health(std::vector<wire::NodeStatus>& nodes, const Store& store);

}  // namespace lucie::daemon
