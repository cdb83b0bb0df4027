#pragma once

#include <deque>
#include <vector>

#include "dolly/ring_list.hpp"

namespace lucie::dolly {

/// The nodes behind one in the ring that it may still send to, nearest first: their places in the list, so
/// that the last nodes of long rings need no copies of all that stand behind the first.
class Candidates {
 public:
  /// Those behind `place`. A node that stands in the list a second time, having joined, counts there only.
  Candidates(const RingList& ring, int place, const std::vector<std::uint32_t>& joined);

  bool empty() const { return places_.empty(); }
  std::size_t size() const { return places_.size(); }
  /// The next ones.
  std::vector<RingNode> first(const RingList& ring, std::size_t count) const;
  /// The last one of the list stands there from now on.
  void join(const RingList& ring);
  /// The node is none any more.
  void drop(const RingList& ring, std::uint32_t node);

 private:
  std::deque<std::uint32_t> places_;
};

}  // namespace lucie::dolly
