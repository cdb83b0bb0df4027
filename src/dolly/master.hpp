#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ed25519.hpp"
#include "dolly/forwarder.hpp"
#include "dolly/source.hpp"
#include "dolly/spoiled.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

struct MasterOptions {
  std::vector<RingNode> nodes;  ///< in the ring's order; their ids are their places
  std::string key;              ///< bytes; empty: without
  std::uint32_t chunk_size = 4 << 20;
  Verify verify = Verify::sha256;
  std::optional<base::SigningKey> sign;  ///< what is sent is signed with it
  bool encrypt = false;                  ///< every connection of the ring
  bool pack = false;                     ///< compress what is sent, when that makes it faster
  Timing timing;
  double rate = 0;  ///< no faster than so many bytes per second; 0: as fast as it goes
  /// How long the ring waits for nodes that are not there yet, and how many are enough; 0: all.
  milliseconds wait{0};
  std::size_t quorum = 0;
  /// How long nodes that do not answer are tried again after the others are done.
  milliseconds linger{10000};
  /// Whether somebody got something of it another way since this was asked last: then `linger` counts anew.
  std::function<bool()> is_fetched{};
};

/// The sending end of a ring.
class Master {
 public:
  using OnChange = std::function<void(const NodeReport&)>;
  using OnSpoiled = std::function<void(const SpoiledReport&)>;
  using OnWaiting = std::function<void(std::size_t there)>;

  /// `on_change` is told every report that changes something, `on_spoiled` what came damaged to a node and
  /// from whom; one call at a time.
  Master(Source& source, Network& network, MasterOptions options, OnChange on_change = {},
         OnSpoiled on_spoiled = {});

  /// Is told now and then how many nodes are there while the ring waits for them.
  void on_waiting(OnWaiting tell) { on_waiting_ = std::move(tell); }

  /// Sends everything to all nodes. Returns what became of each, in their order: `done`, `gone` or `failed`.
  /// Throws lucie::Error when the files cannot be read; the nodes are told.
  std::vector<NodeReport> run();

  const std::string& transfer() const { return transfer_; }
  const Layout& layout() const { return layout_; }
  /// What those are told who get it another way than by a ring.
  Offer offer() const { return offer_to(options_.nodes); }
  Store& store() { return store_; }

 private:
  void note(const NodeReport& report);
  void note_spoiled(const SpoiledReport& report);
  void tell_spoiled();
  Offer offer_to(const std::vector<RingNode>& nodes) const;
  Offer next_offer(const std::vector<RingNode>& nodes);
  std::vector<RingNode> remaining() const;
  void run_pass(const std::vector<RingNode>& nodes);
  void serve_those_left();
  void take_back(const std::vector<RingNode>& nodes);
  void wait_for_nodes();
  std::vector<RingNode> those_not_there(const std::vector<RingNode>& nodes) const;
  bool pass_is_over();
  bool answers(const RingNode& node) const;
  void join(const RingNode& node);
  bool wait_for_pass(const std::vector<RingNode>& nodes);
  void give_up(const std::vector<RingNode>& nodes, const std::string& why);
  void fail(const std::string& why);
  void superseded(std::uint64_t pass);

  Source& source_;
  Network& network_;
  const MasterOptions options_;
  OnChange on_change_;
  OnSpoiled on_spoiled_;
  OnWaiting on_waiting_;
  SpoiledHops spoiled_;
  bool ended_ = false;
  std::string transfer_;
  Layout layout_;
  Store store_;
  std::vector<std::unique_ptr<Forwarder>> forwarders_;  ///< one a pass
  std::atomic<std::uint64_t> pass_;
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<NodeReport> reports_;
  Clock::time_point last_news_ = Clock::now();
  std::string failure_;
  bool pass_over_ = true;
};

}  // namespace lucie::dolly
