#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dolly/protocol.hpp"

namespace lucie::dolly {

/// What a node knows of itself and of those behind it, and what of that its predecessor was not told yet. The
/// first nodes of a long ring know of all others, so it is kept small. Whoever uses it holds a lock.
class KnownReports {
 public:
  /// Forgets it when what is known counts more.
  void hear(const NodeReport& report);

  /// Whether there is something that cannot wait for the next beat: a node is done, or was lost.
  bool is_urgent() const { return urgent_; }
  /// What is to be told, once.
  std::vector<NodeReport> take_untold();
  /// A new predecessor has heard nothing.
  void tell_all_again();
  /// By number.
  std::vector<NodeReport> all() const;

 private:
  struct Known {
    std::uint64_t verified = 0, pass = 0;
    std::uint32_t node = 0;
    NodeState state{};
  };
  Known& of(std::uint32_t node);
  NodeReport report_of(const Known& known) const;

  std::vector<Known> known_;                  ///< by number
  std::map<std::uint32_t, std::string> why_;  ///< of few
  std::set<std::uint32_t> untold_;
  bool urgent_ = false;
};

}  // namespace lucie::dolly
