#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace lucie::daemon {

/// Who had no luck with rings, and shall fetch a dataset over HTTP: a node that a ring never reached, or that
/// fell out of two. One that was reached once gets another ring: a switch that fails takes many nodes out at
/// once, and a ring serves them better. Not for several threads.
class WaysOut {
 public:
  using Clock = std::chrono::steady_clock;

  /// The node's installation (NodeRecord::boot_at): what was before it does not count.
  struct Who {
    std::string dataset, host;
    std::int64_t installation = 0;
  };

  /// A ring under way has left the node out, and never got to it.
  void unreached(const Who& who, Clock::time_point now);
  /// A ring has got to the node.
  void reached(const Who& who);
  void done(const Who& who);
  /// A ring that the node was in came to its end, and the node has not got all.
  void missed(const Who& who);

  bool is_for(const Who& who, Clock::time_point now) const;
  /// True once for each node that has a way out: it is worth an event.
  bool is_news(const Who& who);

 private:
  struct Luck {
    std::int64_t installation = 0;
    int rings = 0;                               ///< that ended without it
    std::optional<Clock::time_point> unreached;  ///< since when a ring under way does not get to it
    bool told = false;
  };
  Luck& luck(const Who& who);

  std::map<std::pair<std::string, std::string>, Luck> known_;  ///< by dataset and host
};

}  // namespace lucie::daemon
