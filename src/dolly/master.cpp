#include "dolly/master.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "dolly/trust.hpp"

namespace lucie::dolly {
namespace {

/// The same files to the same nodes are the same transfer, so that a master that is started again goes on.
std::string name_of(const std::string& files, const MasterOptions& options) {
  std::string text = fmt::format("{}\n{} {} {}\n", files, options.chunk_size,
                                 static_cast<int>(options.verify), options.encrypt);
  for (const RingNode& node : options.nodes)
    text += fmt::format("{} {} {}\n", node.name, node.address, node.port);
  return base::sha256_hex(text).substr(0, 2 * nonce_size);
}

/// Between two tries of nodes that do not answer.
constexpr milliseconds pause_between_tries{500};

}  // namespace

Master::Master(Source& source, Network& network, MasterOptions options, OnChange on_change,
               OnSpoiled on_spoiled)
    : source_(source),
      network_(network),
      options_(std::move(options)),
      on_change_(std::move(on_change)),
      on_spoiled_(std::move(on_spoiled)),
      transfer_(name_of(source.identity(), options_)),
      layout_(source.offered(), options_.chunk_size),
      store_(layout_, source),
      pass_(Clock::milliseconds_since_1970()) {
  for (const RingNode& node : options_.nodes) reports_.push_back({.node = node.id});
}

void Master::note(const NodeReport& report) {
  const std::lock_guard lock(mutex_);
  if (report.node >= reports_.size()) return;
  NodeReport& known = reports_[report.node];
  if (!counts(report, known) || (known.state == report.state && known.verified == report.verified)) return;
  known = report;
  last_news_ = Clock::now();
  tell_spoiled();
  if (on_change_) on_change_(known);
  changed_.notify_all();
}

void Master::note_spoiled(const SpoiledReport& report) {
  const std::lock_guard lock(mutex_);
  const auto is_one = [&](std::uint32_t id) { return id < reports_.size(); };
  if (!is_one(report.node) || !(is_one(report.by) || report.by == SpoiledReport::master)) return;
  spoiled_.hear(report);
  tell_spoiled();
}

/// With the lock held. Who spoiled a chunk is known when all that the one who is named has found itself is:
/// when it is done, or at the end.
void Master::tell_spoiled() {
  for (const SpoiledReport& report : spoiled_.take()) {
    if (spoiled_.was_passed_on(report)) continue;
    const bool known = report.damage != Damage::digest || report.by == SpoiledReport::master || ended_ ||
                       reports_[report.by].state == NodeState::done;
    if (!known) {
      spoiled_.keep(report);
    } else if (on_spoiled_) {
      on_spoiled_(report);
    }
  }
}

std::vector<NodeReport> Master::run() {
  Thread reading([this] {
    try {
      source_.announce_all(store_, layout_, options_.verify, [this] {
        const std::lock_guard lock(mutex_);
        last_news_ = Clock::now();
      });
    } catch (const std::exception& fault) {
      fail(fault.what());
    }
  });
  wait_for_nodes();
  run_pass(options_.nodes);
  serve_those_left();
  give_up(options_.nodes, "the others were done, and it was not");
  for (auto& forwarder : forwarders_) forwarder->end(failure_);
  forwarders_.clear();
  store_.close();
  reading.join();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    tell_spoiled();
  }
  if (!failure_.empty()) throw Error(failure_);
  return reports_;
}

void Master::fail(const std::string& why) {
  const std::lock_guard lock(mutex_);
  failure_ = why;
  changed_.notify_all();
}

/// Later passes of our own take nodes from earlier ones; nobody else may.
void Master::superseded(std::uint64_t pass) {
  if (pass == pass_) fail("another sender sends the same files to the same nodes");
}

Offer Master::next_offer(const std::vector<RingNode>& nodes) {
  ++pass_;
  return offer_to(nodes);
}

Offer Master::offer_to(const std::vector<RingNode>& nodes) const {
  Offer offer;
  offer.transfer = transfer_;
  offer.pass = pass_;
  offer.place = -1;
  offer.chunk_size = options_.chunk_size;
  offer.verify = options_.verify;
  offer.files = source_.offered();
  offer.ring = nodes;
  offer.timing = options_.timing;
  offer.issued = Clock::milliseconds_since_1970();
  offer.encrypted = options_.encrypt;
  offer.text = to_json(offer);
  if (options_.sign) offer.signature = options_.sign->sign(signed_text(offer));
  return offer;
}

void Master::run_pass(const std::vector<RingNode>& nodes) {
  const Offer offer = next_offer(nodes);
  {
    const std::lock_guard lock(mutex_);
    last_news_ = Clock::now();
    pass_over_ = false;
    for (const RingNode& node : nodes) {
      reports_[node.id].state = NodeState::waiting;
      reports_[node.id].pass = offer.pass;
    }
  }
  Sending sending{store_,
                  network_,
                  options_.key,
                  [this](const NodeReport& report) { note(report); },
                  [this](const std::string& why) { fail(why); },
                  {},
                  [this](const SpoiledReport& report) { note_spoiled(report); },
                  {},
                  [this, pass = offer.pass] { superseded(pass); },
                  options_.pack,
                  options_.rate};
  if (options_.sign)
    sending.sign = [this](const ChunkHeader& header) {
      return options_.sign->sign(signed_text(transfer_, header));
    };
  forwarders_.push_back(std::make_unique<Forwarder>(std::move(sending), offer));
  const Thread taking_back([&] { take_back(nodes); });
  const bool heard = wait_for_pass(nodes);
  {
    const std::lock_guard lock(mutex_);
    pass_over_ = true;
    changed_.notify_all();
  }
  if (!heard) give_up(nodes, "no word from it, nor from any other node");
}

/// False when nothing was heard of any node for too long.
bool Master::wait_for_pass(const std::vector<RingNode>& nodes) {
  std::unique_lock lock(mutex_);
  const auto settled = [&] {
    return !failure_.empty() || std::ranges::all_of(nodes, [&](const RingNode& node) {
      return is_settled(reports_[node.id].state);
    });
  };
  while (!settled()) {
    // Sooner than the nodes give up: those that were lost without anybody's noticing can still be dialled.
    if (Clock::now() - last_news_ > options_.timing.patience / 2) return false;
    changed_.wait_for(lock, options_.timing.beat);
  }
  return true;
}

void Master::give_up(const std::vector<RingNode>& nodes, const std::string& why) {
  std::vector<NodeReport> silent;
  {
    const std::lock_guard lock(mutex_);
    for (const RingNode& node : nodes) {
      if (!is_settled(reports_[node.id].state)) silent.push_back({node.id, NodeState::gone, 0, why, pass_});
    }
  }
  for (const NodeReport& report : silent) note(report);
}

std::vector<RingNode> Master::remaining() const {
  const std::lock_guard lock(mutex_);
  std::vector<RingNode> nodes;
  if (!failure_.empty()) return nodes;
  for (const RingNode& node : options_.nodes) {
    const NodeState state = reports_[node.id].state;
    if (state != NodeState::done && state != NodeState::failed) nodes.push_back(node);
  }
  return nodes;
}

/// Nodes that were not there, or were left out without need, get what they lack in rings of their own. Those
/// that do not answer cost a try each time, so only those that do are waited for.
void Master::serve_those_left() {
  auto until = Clock::now() + options_.linger;
  for (auto nodes = remaining(); !nodes.empty() && Clock::now() < until; nodes = remaining()) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, pause_between_tries, [&] { return !failure_.empty(); });
    }
    run_pass(nodes);
    const bool fetched = options_.is_fetched && options_.is_fetched();
    if (fetched || remaining().size() < nodes.size()) until = Clock::now() + options_.linger;
  }
}

}  // namespace lucie::dolly
