// Before the ring starts: nodes that come within some time shall stand in it from its beginning.
#include <algorithm>

#include "dolly/master.hpp"

namespace lucie::dolly {
namespace {

/// Between two looks at the nodes that have not come yet.
constexpr milliseconds pause_between_looks{500};

/// Nodes that are greeted at once; one that is not there takes its time to be missed.
constexpr std::size_t greeted_at_once = 64;

}  // namespace

void Master::wait_for_nodes() {
  const std::size_t wanted = options_.quorum == 0 ? options_.nodes.size() : options_.quorum;
  const auto until = Clock::now() + options_.wait;
  std::vector<RingNode> missing = options_.nodes;
  while (Clock::now() < until) {
    missing = those_not_there(missing);
    const std::size_t there = options_.nodes.size() - missing.size();
    if (on_waiting_) on_waiting_(there);
    if (there >= wanted) return;
    sleep_for(std::clamp<Clock::duration>(until - Clock::now(), Clock::duration(0), pause_between_looks));
  }
}

std::vector<RingNode> Master::those_not_there(const std::vector<RingNode>& nodes) const {
  std::vector<RingNode> missing;
  for (std::size_t first = 0; first < nodes.size(); first += greeted_at_once) {
    const std::size_t count = std::min(greeted_at_once, nodes.size() - first);
    std::vector<char> there(count, 0);
    {
      std::vector<Thread> greeting;
      for (std::size_t each = 0; each < count; ++each)
        greeting.emplace_back([&, each] { there[each] = answers(nodes[first + each]) ? 1 : 0; });
    }
    for (std::size_t each = 0; each < count; ++each) {
      if (there[each] == 0) missing.push_back(nodes[first + each]);
    }
  }
  return missing;
}

}  // namespace lucie::dolly
