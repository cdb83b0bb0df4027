#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/cluster.hpp"
#include "daemon/store.hpp"

/// The administrator's rules about what agents find (`watch` of lucie.conf(5)).
namespace lucie::daemon {

/// Something that a watch tells the administrator.
struct Telling {
  config::Watch watch;
  std::string node;
  std::string agent;  ///< LMP/AGENT; empty: the node's silence
  std::string state;  ///< ok, warning, failure or silent
  std::string text;
};

/// What follows from one finding.
struct Consequences {
  std::vector<Telling> tellings;
  bool recover = false;      ///< its recovery is to be run on the node
  std::string recovered_by;  ///< the first watch that says so
};

/// Counts, remembers what was done (also over a restart of lucied), and says what is to be done now.
class Watches {
 public:
  explicit Watches(Store& store) : store_(store) {}

  Consequences judge(const config::Cluster& cluster, const std::string& node,
                     const wire::AgentFinding& finding, base::SystemTime now);
  /// A node that has been silent for that many times three intervals; 0: it is heard again.
  Consequences judge_silence(const config::Cluster& cluster, const std::string& node, int times,
                             const std::string& text, base::SystemTime now);

 private:
  /// What one watch makes of one state; true when it is time to act.
  bool act(const config::Watch& watch, const Telling& happened, int times, base::SystemTime now,
           Consequences& consequences);

  Store& store_;
};

}  // namespace lucie::daemon
