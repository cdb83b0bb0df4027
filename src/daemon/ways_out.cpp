#include "daemon/ways_out.hpp"

namespace lucie::daemon {
namespace {

using namespace std::chrono_literals;

constexpr int most_rings = 2;
/// A ring that takes an hour does not make a node wait that it does not reach.
constexpr auto patience = 30s;

}  // namespace

WaysOut::Luck& WaysOut::luck(const Who& who) {
  Luck& known = known_[{who.dataset, who.host}];
  if (known.installation != who.installation) known = {.installation = who.installation};
  return known;
}

void WaysOut::unreached(const Who& who, Clock::time_point now) {
  Luck& known = luck(who);
  if (!known.unreached) known.unreached = now;
}

void WaysOut::reached(const Who& who) {
  luck(who).unreached.reset();
}

void WaysOut::done(const Who& who) {
  known_.erase({who.dataset, who.host});
}

void WaysOut::missed(const Who& who) {
  Luck& known = luck(who);
  known.rings += known.unreached ? most_rings : 1;
  known.unreached.reset();
}

bool WaysOut::is_for(const Who& who, Clock::time_point now) const {
  const auto found = known_.find({who.dataset, who.host});
  if (found == known_.end() || found->second.installation != who.installation) return false;
  const Luck& known = found->second;
  return known.rings >= most_rings || (known.unreached && now - *known.unreached >= patience);
}

bool WaysOut::is_news(const Who& who) {
  return !std::exchange(luck(who).told, true);
}

}  // namespace lucie::daemon
