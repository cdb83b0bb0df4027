#include "dolly/candidates.hpp"

#include <algorithm>
#include <set>

namespace lucie::dolly {

Candidates::Candidates(const RingList& ring, int place, const std::vector<std::uint32_t>& joined) {
  const std::set<std::uint32_t> twice(joined.begin(), joined.end());
  std::set<std::uint32_t> seen;
  for (std::size_t each = ring.size(); each > static_cast<std::size_t>(place + 1); --each) {
    const std::uint32_t id = ring[each - 1].id;
    if (twice.contains(id) && !seen.insert(id).second) continue;
    places_.push_front(static_cast<std::uint32_t>(each - 1));
  }
}

std::vector<RingNode> Candidates::first(const RingList& ring, std::size_t count) const {
  std::vector<RingNode> nodes;
  for (std::size_t each = 0; each < count; ++each) nodes.push_back(ring[places_[each]]);
  return nodes;
}

void Candidates::join(const RingList& ring) {
  drop(ring, ring.back().id);
  places_.push_back(static_cast<std::uint32_t>(ring.size() - 1));
}

/// It is one of the first ones nearly always.
void Candidates::drop(const RingList& ring, std::uint32_t node) {
  const auto found = std::ranges::find(places_, node, [&](std::uint32_t place) { return ring[place].id; });
  if (found != places_.end()) places_.erase(found);
}

}  // namespace lucie::dolly
