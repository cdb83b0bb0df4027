#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dolly/channel.hpp"
#include "dolly/handshake.hpp"
#include "dolly/offer.hpp"
#include "dolly/pace.hpp"
#include "dolly/store.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

using OnReport = std::function<void(const NodeReport&)>;
using OnSpoiled = std::function<void(const SpoiledReport&)>;

/// The connection to a successor that has taken the offer. One thread listens to what comes back; the one
/// that sends asks whether the link still stands.
class Link {
 public:
  Link(RingNode node, std::unique_ptr<Channel> channel, Store& store, Timing timing, OnReport on_report,
       OnSpoiled on_spoiled);

  /// Offers the transfer and waits until the successor has said what it has. Throws ConnectionLost (Refused).
  void begin(const Offer& offer);
  /// Reads what comes back until the link is lost: for a thread of its own. Returns why.
  void listen();

  const RingNode& node() const { return node_; }
  /// Nodes of the ring that it knows of.
  std::size_t ring_told() const { return ring_told_; }
  /// One more, at the ring's end. Throws ConnectionLost.
  void tell_of_joined(std::uint32_t node);
  /// For predicates that are asked under the store's lock: these take no lock themselves.
  bool is_lost() const { return is_lost_; }
  bool wants_again() const { return wants_again_; }
  /// Why it was lost; empty while it stands.
  std::string why_lost() const;
  /// Waits until it is lost: true when it was.
  bool wait_until_lost(milliseconds limit);
  /// The successor has another sender, nearer to the master than we are.
  bool superseded() const;
  /// What became of it, once it is lost.
  NodeState state() const;
  bool has(std::uint32_t chunk, const std::string& sha256) const;
  /// A chunk that is wanted once more, and that we have verified.
  std::optional<std::uint32_t> take_again();

  // Downstream. Throw ConnectionLost.
  void send(Kind kind, std::string_view payload = {}) { channel_->send(kind, payload); }
  void send(std::span<const Block> blocks);
  void shut_down() noexcept { channel_->shut_down(); }

 private:
  void take(const Frame& frame);
  void take_beat(const Beat& beat);
  void take_report(const NodeReport& report);
  void lose(const std::string& why, std::optional<Refusal> refusal = {}, NodeState state = NodeState::gone);

  RingNode node_;
  std::unique_ptr<Channel> channel_;
  Store& store_;
  Timing timing_;
  OnReport on_report_;
  std::size_t ring_told_ = 0;
  OnSpoiled on_spoiled_;
  std::map<std::uint32_t, std::string> has_;
  mutable Mutex mutex_;
  Condition changed_;
  std::atomic<bool> is_lost_ = false, wants_again_ = false;
  std::string why_lost_;
  std::optional<Refusal> refusal_;
  NodeState state_ = NodeState::gone;
  std::vector<std::uint32_t> again_;
  std::atomic<std::uint64_t> sent_ = 0;  ///< bytes of blocks
  std::uint64_t sent_at_progress_ = 0, received_ = 0;
  Clock::time_point progress_ = Clock::now();
  Pace pace_;
};

}  // namespace lucie::dolly
