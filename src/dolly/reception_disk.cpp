// The thread memory→disk of a receiving node, and what it tells its predecessor.
#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "dolly/reception.hpp"

namespace lucie::dolly {
namespace {

/// A chunk that comes damaged this often from the same node will not come whole from it. Blocks are damaged
/// on the wire as well, which is another one each time.
constexpr int most_damaged = 3, most_damaged_blocks = 10;
/// When it is the same with another one, the damage is in our own memory.
constexpr int most_partings = 2;

}  // namespace

void Reception::write_to_disk() {
  try {
    for (auto blocks = store_.next_to_write(); !blocks.empty(); blocks = store_.next_to_write())
      write(blocks);
  } catch (const std::exception& fault) {
    destination_->remove_unfinished();  // on a full disk it is in everybody's way
    fail(fault.what());
  }
}

void Reception::write(std::span<const Block> arrived) {
  const bool packed = std::ranges::any_of(arrived, [](const Block& block) { return block.unpacked != 0; });
  const std::vector<Block> unpacked = packed ? unpacker_.unpack(arrived) : std::vector<Block>();
  const std::span<const Block> blocks = packed ? unpacked : arrived;
  const std::uint32_t chunk = blocks.front().chunk;
  const ChunkPlace place = layout_.place(chunk);
  destination_->write(place, blocks);
  ChunkDigest& digest = digests_.try_emplace(chunk, offer_.verify).first->second;
  for (const Block& block : blocks) digest.add(block);
  store_.written(arrived);
  if (blocks.back().offset + blocks.back().size() == place.size) check(chunk);
}

void Reception::check(std::uint32_t chunk) {
  const std::string digest = digests_.at(chunk).finish();
  digests_.erase(chunk);
  if (digest == store_.digest(chunk)) {
    store_.verified(chunk);
    return finish_if_complete();
  }
  std::uint32_t by = 0;
  {
    const std::lock_guard lock(mutex_);
    by = by_;
  }
  note_damage(by, Damage::digest, chunk);
  store_.discard(chunk);
  if (!part_with(by, Damage::digest, chunk)) ask_again(chunk);
}

std::uint32_t Reception::own_id() const {
  return offer_.ring.at(static_cast<std::size_t>(offer_.place)).id;
}

std::string Reception::name_of(std::uint32_t id) const {
  if (id == SpoiledReport::master) return "the sender";
  const auto found = std::ranges::find(offer_.ring, id, &RingNode::id);
  return found == offer_.ring.end() ? fmt::format("node {}", id) : found->name;
}

void Reception::note_damage(std::uint32_t by, Damage damage, std::uint32_t chunk) {
  const std::lock_guard lock(mutex_);
  spoiled_.add(own_id(), by, damage, chunk);
  changed_.notify_all();
}

void Reception::note_spoiled(const SpoiledReport& report) {
  const std::lock_guard lock(mutex_);
  spoiled_.hear(report);
}

/// True when the predecessor has sent this chunk damaged too often: then it is left, so that another one may
/// try. Throws EnvironmentError when it was the same with another one.
bool Reception::part_with(std::uint32_t by, Damage damage, std::uint32_t chunk) {
  const int most = damage == Damage::block ? most_damaged_blocks : most_damaged;
  std::shared_ptr<Channel> predecessor;
  {
    const std::lock_guard lock(mutex_);
    if (++damaged_[{by, damage, chunk}] < most) return false;
    if (++partings_ >= most_partings)
      throw EnvironmentError(
          fmt::format("chunk {} came damaged {} times from {}, after the same with another node", chunk, most,
                      name_of(by)));
    predecessor = predecessor_;
  }
  tell_once();
  if (predecessor) {
    refuse(*predecessor, Refusal::damaged,
           fmt::format("chunk {} came damaged {} times from {}", chunk, most, name_of(by)));
    predecessor->shut_down();
  }
  return true;
}

void Reception::ask_again(std::uint32_t chunk) {
  std::shared_ptr<Channel> predecessor;
  {
    const std::lock_guard lock(mutex_);
    predecessor = predecessor_;
  }
  try {
    if (predecessor) predecessor->send(Kind::again, encode_number(chunk));
  } catch (const ConnectionLost&) {  // the next predecessor sends all that we do not have
  }
}

void Reception::finish_if_complete() {
  const std::lock_guard finishing(finishing_);
  {
    const std::lock_guard lock(mutex_);
    if (done_ || over_ || !store_.complete()) return;
  }
  destination_->finish(layout_);
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  trust_.completed(offer_);
  destination_->settled();
  note_own(NodeState::done);
}

void Reception::note_report(const NodeReport& report) {
  const std::lock_guard lock(mutex_);
  reports_.hear(report);
  if (reports_.is_urgent()) changed_.notify_all();
}

void Reception::note_own(NodeState state, const std::string& why) {
  note_report({own_id(), state, store_.bytes_verified(), why, pass_});
}

/// This node cannot go on. It says so, so that the ring goes on without it.
void Reception::fail(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || !failure_.empty()) return;
    failure_ = why;
  }
  note_own(NodeState::failed, why);
  tell_once();
  end();
}

/// What settles a node is told at once, all else with the next beat.
void Reception::tell_predecessor() {
  auto told_own = Clock::now(), next_beat = told_own;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, next_beat, [&] { return over_ || reports_.is_urgent(); });
      if (over_) return;
    }
    const bool beat = Clock::now() >= next_beat;
    if (beat) next_beat = Clock::now() + offer_.timing.beat;
    if (Clock::now() - told_own > 5 * offer_.timing.beat && !store_.complete()) {
      told_own = Clock::now();
      note_own(NodeState::receiving);
    }
    if (!tell_once(beat)) {
      std::unique_lock lock(mutex_);  // nothing to do until there is a predecessor that listens
      changed_.wait_for(lock, offer_.timing.beat, [&] { return over_ || (predecessor_ && introduced_); });
    }
  }
}

/// False when there is nobody to tell.
bool Reception::tell_once(bool beat) {
  std::shared_ptr<Channel> predecessor;
  std::vector<NodeReport> reports;
  std::vector<SpoiledReport> spoiled;
  {
    const std::lock_guard lock(mutex_);
    if (!predecessor_ || !introduced_) return false;
    predecessor = predecessor_;
    reports = reports_.take_untold();
    spoiled = spoiled_.take();
  }
  try {
    if (beat) predecessor->send(Kind::beat, encode(Beat{store_.bytes_received(), store_.bytes_verified()}));
    // First what was wrong: when a node is done, all that it found is known.
    for (const SpoiledReport& report : spoiled) predecessor->send(Kind::spoiled, encode(report));
    for (std::span<const NodeReport> rest = reports; !rest.empty();)
      predecessor->send(Kind::report, encode_some(rest));
  } catch (const ConnectionLost&) {  // all are told again to the next one
    return false;
  }
  return true;
}

}  // namespace lucie::dolly
