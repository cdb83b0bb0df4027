#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "dolly/candidates.hpp"
#include "dolly/link.hpp"
#include "dolly/packer.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

/// What a program needs to send on.
struct Sending {
  Store& store;
  Network& network;
  std::string key;  ///< bytes
  OnReport on_report;
  std::function<void(const std::string&)> on_fault;  ///< our own files cannot be read
  /// Whether we ourselves are still in the ring as heard after this time; null: always.
  std::function<bool(Clock::time_point)> in_ring;
  OnSpoiled on_spoiled;
  /// The master's signature of a chunk; null: the one that came with it is passed on.
  std::function<std::string(const ChunkHeader&)> sign;
  /// A successor has another sender that comes before us; null: then we are not needed.
  std::function<void()> on_superseded;
  bool pack = false;  ///< compress what is sent, when it pays
  double rate = 0;    ///< bytes per second; 0: as fast as it goes
};

/// The thread memory→network: sends what the store has, in the order in which it came, to the next node of
/// the ring that lives. One that is lost is reported and the next one dialled, which gets what it lacks from
/// the file (paper section 3.2, figure 6).
class Forwarder {
 public:
  /// `offer.place` is our own place in the ring, -1 for the master. Starts at once.
  Forwarder(Sending sending, Offer offer);
  /// Cuts the connection unless it has ended.
  ~Forwarder();

  /// The name of the node that it sends to now; empty: to none.
  std::string successor() const;

  /// A node of the ring is back: it stands at the end, too, and gets what it lacks from the last one.
  void join(std::uint32_t node);

  /// Tells the successor that all is over, and waits for the thread. `why` empty: every node is done or given
  /// up; otherwise the transfer is aborted for this reason.
  void end(const std::string& why = {});
  /// The same without waiting for the thread.
  void begin_end(const std::string& why);

 private:
  void run();
  void serve_successors();
  std::unique_ptr<Link> next_link();
  bool take_joins();
  bool wait_for_joins();
  void tell_of_joins(Link& link);
  void wait_until_in_ring();
  std::vector<std::unique_ptr<Link>> introduce_to(std::size_t count);
  bool begin(Link& link);
  void serve(Link& link);
  void feed(Link& link);
  void pass_on(Link& link, std::uint32_t chunk);
  void send_chunk(Link& link, std::uint32_t chunk);
  void send_blocks(Link& link, std::vector<Block> blocks);
  void send_slowly(Link& link, std::span<const Block> blocks);
  std::string header_of(std::uint32_t chunk) const;
  void say_end(Link& link);
  void abort(Link& link, const std::string& why);
  std::uint32_t own_id() const;
  void drop(const RingNode& node, NodeState state, const std::string& why);
  bool interrupted(const Link& link) const;

  Sending sending_;
  Offer offer_;
  Candidates candidates_;
  std::set<std::uint32_t> joined_;  ///< nodes that stand in the ring a second time, or came late
  std::atomic<bool> ending_ = false, cut_ = false, superseded_ = false;
  std::string end_reason_;
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<std::uint32_t> joining_;  ///< not in the ring's list yet
  Link* current_ = nullptr;
  std::optional<Packer> packer_;  ///< of the thread
  Clock::time_point next_turn_;   ///< with a limited rate: when the next block may go; of the thread
  Thread thread_;
};

}  // namespace lucie::dolly
