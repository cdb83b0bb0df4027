#include "dolly/link.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "dolly/bytes.hpp"

namespace lucie::dolly {

Link::Link(RingNode node, std::unique_ptr<Channel> channel, Store& store, Timing timing, OnReport on_report,
           OnSpoiled on_spoiled)
    : node_(std::move(node)),
      channel_(std::move(channel)),
      store_(store),
      timing_(timing),
      on_report_(std::move(on_report)),
      on_spoiled_(std::move(on_spoiled)),
      pace_(timing.slow) {}

void Link::begin(const Offer& offer) {
  channel_->send(Kind::begin, encode(offer));
  ring_told_ = offer.ring.size();
  Frame frame;
  // While it looks at what an earlier transfer left, it shows that it lives.
  do {
    frame = channel_->receive(timing_.silence);
    if (frame.kind == Kind::refuse) throw Refused(decode_refuse(frame.payload));
  } while (frame.kind == Kind::beat);
  if (frame.kind != Kind::have) throw ConnectionLost("it does not answer the offer");
  for (ByteReader reader(frame.payload); !reader.empty();) {
    const auto chunk = reader.number<std::uint32_t>();
    has_[chunk] = reader.text(digest_size);
  }
  progress_ = Clock::now();
}

void Link::listen() {
  try {
    while (!is_lost_) take(channel_->receive(timing_.silence));
  } catch (const ConnectionLost& loss) {
    lose(loss.what());
  }
}

void Link::take(const Frame& frame) {
  switch (frame.kind) {
    case Kind::beat:
      return take_beat(decode_beat(frame.payload));
    case Kind::report:
      for (const NodeReport& report : decode_reports(frame.payload)) take_report(report);
      return;
    case Kind::spoiled:
      return on_spoiled_(decode_spoiled(frame.payload));
    case Kind::again: {
      {
        const std::lock_guard lock(mutex_);
        again_.push_back(decode_number(frame.payload));
        wants_again_ = true;
      }
      return store_.wake();
    }
    case Kind::refuse: {
      const RefuseMessage message = decode_refuse(frame.payload);
      return lose(message.text, message.why);
    }
    default:
      return lose(fmt::format("an unexpected frame of kind {}", static_cast<int>(frame.kind)));
  }
}

/// A successor that lives but takes nothing, although it was sent something, is hung in its disk or its
/// memory. Its own successors cannot be the reason: nobody waits for those.
void Link::take_beat(const Beat& beat) {
  const std::uint64_t sent = sent_;
  const auto now = Clock::now();
  if (beat.received != received_ || sent <= sent_at_progress_) {
    received_ = beat.received;
    sent_at_progress_ = sent;
    progress_ = now;
  } else if (now - progress_ > timing_.stall) {
    return lose(fmt::format("it has taken nothing for {} s", timing_.stall.count() / 1000));
  }
  const double usual = store_.usual_rate();
  if (pace_.is_slow(now, store_.bytes_received(), beat.received, usual))
    lose(fmt::format("it takes {}/s where {}/s come",
                     base::human_size(static_cast<std::uint64_t>(pace_.rate())),
                     base::human_size(static_cast<std::uint64_t>(usual))),
         {}, NodeState::slow);
}

void Link::take_report(const NodeReport& report) {
  on_report_(report);
  if (report.node != node_.id || report.state != NodeState::failed) return;
  lose(report.why, {}, NodeState::failed);
}

void Link::lose(const std::string& why, std::optional<Refusal> refusal, NodeState state) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_lost_) why_lost_ = why;
    // What came damaged from us may come whole from the master.
    if (!is_lost_) state_ = refusal && refusal != Refusal::damaged ? NodeState::failed : state;
    if (!refusal_) refusal_ = refusal;
    is_lost_ = true;
    changed_.notify_all();
  }
  channel_->shut_down();
  store_.wake();
}

std::string Link::why_lost() const {
  const std::lock_guard lock(mutex_);
  return why_lost_;
}

bool Link::wait_until_lost(milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return is_lost_.load(); });
}

bool Link::superseded() const {
  const std::lock_guard lock(mutex_);
  return refusal_ == Refusal::served;
}

NodeState Link::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool Link::has(std::uint32_t chunk, const std::string& sha256) const {
  const auto found = has_.find(chunk);
  return found != has_.end() && found->second == sha256;
}

std::optional<std::uint32_t> Link::take_again() {
  const std::lock_guard lock(mutex_);
  wants_again_ = false;
  const auto found = std::ranges::find_if(again_, [&](auto chunk) { return store_.is_verified(chunk); });
  if (found == again_.end()) return std::nullopt;
  const std::uint32_t chunk = *found;
  again_.erase(found);
  return chunk;
}

void Link::tell_of_joined(std::uint32_t node) {
  channel_->send(Kind::join, encode_number(node));
  ++ring_told_;
}

void Link::send(std::span<const Block> blocks) {
  channel_->send(blocks);
  for (const Block& block : blocks) sent_ += block.size();
}

}  // namespace lucie::dolly
