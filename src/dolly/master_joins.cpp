// Nodes that were lost, or come late, join the ring at its end while it runs.
#include <algorithm>

#include "dolly/handshake.hpp"
#include "dolly/master.hpp"

namespace lucie::dolly {
namespace {

/// Between two looks at a node that is gone; twice as long after each that was in vain.
constexpr milliseconds first_pause{1000}, longest_pause{16000};

/// A node that is there answers at once.
constexpr milliseconds longest_answer{500};

}  // namespace

bool Master::pass_is_over() {
  const std::lock_guard lock(mutex_);
  return pass_over_;
}

/// True when a receiver with our key is there now.
bool Master::answers(const RingNode& node) const {
  try {
    Channel channel(network_.dial(node.address, node.port, longest_answer));
    introduce(channel, options_.key, longest_answer);
    channel.send(Kind::idle);
    return true;
  } catch (const ConnectionLost&) {
    return false;
  }
}

/// At the end of the ring its last node brings it what it lacks, and nobody has to wait for it.
void Master::join(const RingNode& node) {
  {
    const std::lock_guard lock(mutex_);
    NodeReport& known = reports_[node.id];
    if (pass_over_ || known.state != NodeState::gone || known.pass != pass_) return;
    known.state = NodeState::waiting;
    last_news_ = Clock::now();
  }
  forwarders_.back()->join(node.id);
}

/// In a thread of its own, while the pass runs.
void Master::take_back(const std::vector<RingNode>& nodes) {
  struct Lost {
    Clock::time_point next_look;
    milliseconds pause = first_pause;
  };
  std::map<std::uint32_t, Lost> lost;
  while (!pass_is_over()) {
    for (const RingNode& node : nodes) {
      {
        const std::lock_guard lock(mutex_);
        if (reports_[node.id].state != NodeState::gone) continue;
      }
      const auto now = Clock::now();
      Lost& look = lost.try_emplace(node.id, Lost{now + first_pause}).first->second;
      if (now < look.next_look || pass_is_over()) continue;
      look.next_look = now + look.pause;
      look.pause = std::min(2 * look.pause, longest_pause);
      if (answers(node)) join(node);
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, options_.timing.beat, [&] { return pass_over_; });
  }
}

}  // namespace lucie::dolly
