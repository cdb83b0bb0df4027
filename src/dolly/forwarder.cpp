#include "dolly/forwarder.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

#include "base/error.hpp"

namespace lucie::dolly {
namespace {

/// Nodes dialled at once after one was lost: a rack that lost its power costs one time limit, not one a node.
constexpr std::size_t dialled_at_once = 8;

/// After a successor was lost: so long must we have heard from our predecessor since, before we dial another
/// one. A process that was stopped for a while finds both gone, and has been left out itself; what was in its
/// sockets is read by then.
constexpr milliseconds time_to_notice{100};

bool is_final(Refusal reason) {
  return reason != Refusal::busy && reason != Refusal::served;
}

}  // namespace

Forwarder::Forwarder(Sending sending, Offer offer)
    : sending_(std::move(sending)),
      offer_(std::move(offer)),
      candidates_(offer_.ring, offer_.place, offer_.joined) {
  joined_.insert(offer_.joined.begin(), offer_.joined.end());
  if (sending_.pack) packer_.emplace();
  thread_ = Thread([this] { run(); });
}

Forwarder::~Forwarder() {
  {
    const std::lock_guard lock(mutex_);
    cut_ = true;
    changed_.notify_all();
    if (current_ != nullptr) current_->shut_down();
  }
  if (thread_.joinable()) end();
}

std::string Forwarder::successor() const {
  const std::lock_guard lock(mutex_);
  return current_ == nullptr ? std::string() : current_->node().name;
}

/// The master's is none that a node has.
std::uint32_t Forwarder::own_id() const {
  return offer_.place < 0 ? UINT32_MAX : offer_.ring[static_cast<std::size_t>(offer_.place)].id;
}

void Forwarder::begin_end(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!ending_) end_reason_ = why;
    ending_ = true;
    changed_.notify_all();
  }
  sending_.store.wake();
}

void Forwarder::end(const std::string& why) {
  begin_end(why);
  if (thread_.joinable()) thread_.join();
}

void Forwarder::run() {
  try {
    serve_successors();
  } catch (const std::exception& fault) {
    sending_.on_fault(fault.what());
  }
}

void Forwarder::serve_successors() {
  while (!ending_ && !cut_) {
    const auto link = next_link();
    if (superseded_) return;
    if (!link && !wait_for_joins()) return;
    if (!link) continue;
    serve(*link);
    superseded_ = link->superseded();
    if (superseded_ && sending_.on_superseded) sending_.on_superseded();
    if (ending_ || superseded_) return;
    drop(link->node(), link->state(), link->why_lost());
    wait_until_in_ring();
  }
}

/// Until the link is lost, or all is over. Throws when our own files cannot be read.
void Forwarder::serve(Link& link) {
  Thread listening([&] { link.listen(); });
  const auto set_current = [&](Link* current) {
    const std::lock_guard lock(mutex_);
    current_ = current;
  };
  set_current(&link);
  std::exception_ptr fault;
  try {
    feed(link);
  } catch (const ConnectionLost&) {  // the listening thread knows why
    link.wait_until_lost(offer_.timing.silence);
  } catch (const Error& error) {
    fault = std::current_exception();
    abort(link, error.what());
  }
  set_current(nullptr);
  link.shut_down();
  listening.join();
  if (fault) std::rethrow_exception(fault);
}

/// The master's fault ends the whole transfer. One of a node in the ring ends its own part alone.
void Forwarder::abort(Link& link, const std::string& why) {
  if (offer_.place >= 0) return;
  {
    const std::lock_guard lock(mutex_);
    end_reason_ = why;
    ending_ = true;
  }
  try {
    say_end(link);
  } catch (const ConnectionLost&) {
  }
}

void Forwarder::drop(const RingNode& node, NodeState state, const std::string& why) {
  candidates_.drop(offer_.ring, node.id);
  sending_.on_report({node.id, state, 0, why, offer_.pass});
}

void Forwarder::wait_until_in_ring() {
  const auto lost = Clock::now();
  while (!ending_ && !cut_ && sending_.in_ring && !sending_.in_ring(lost + time_to_notice))
    sleep_for(time_to_notice / 10);
}

void Forwarder::join(std::uint32_t node) {
  {
    const std::lock_guard lock(mutex_);
    joining_.push_back(node);
    changed_.notify_all();
  }
  sending_.store.wake();
}

/// True when there were any.
bool Forwarder::take_joins() {
  std::vector<std::uint32_t> joining;
  {
    const std::lock_guard lock(mutex_);
    joining.swap(joining_);
  }
  for (const std::uint32_t node : joining) {
    if (!add_joined(offer_, node)) continue;
    joined_.insert(node);
    if (node != own_id()) candidates_.join(offer_.ring);
  }
  return !joining.empty();
}

/// For the last node of the ring: false when all is over.
bool Forwarder::wait_for_joins() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ending_ || cut_ || !joining_.empty(); });
  return !ending_ && !cut_;
}

void Forwarder::tell_of_joins(Link& link) {
  take_joins();
  while (link.ring_told() < offer_.ring.size()) link.tell_of_joined(offer_.ring[link.ring_told()].id);
}

/// The nearest node that takes the offer; null when none is left or all is over.
std::unique_ptr<Link> Forwarder::next_link() {
  std::size_t count = 1;
  take_joins();
  while (!candidates_.empty() && !ending_) {
    for (auto& link : introduce_to(std::min(count, candidates_.size()))) {
      if (link && begin(*link)) return std::move(link);
      if (superseded_ || ending_) return nullptr;
    }
    count = dialled_at_once;
  }
  return nullptr;
}

/// Greets the next `count` candidates at once. Those that do not answer are dropped; the others are returned
/// in the ring's order.
std::vector<std::unique_ptr<Link>> Forwarder::introduce_to(std::size_t count) {
  const std::vector<RingNode> nodes = candidates_.first(offer_.ring, count);
  std::vector<std::unique_ptr<Link>> links(count);
  std::vector<std::pair<NodeState, std::string>> faults(count);
  const milliseconds limit = offer_.timing.silence;
  const auto greet = [&](std::size_t index) {
    try {
      const RingNode& node = nodes[index];
      auto channel = std::make_unique<Channel>(sending_.network.dial(node.address, node.port, limit));
      introduce(*channel, sending_.key, limit);
      links[index] = std::make_unique<Link>(node, std::move(channel), sending_.store, offer_.timing,
                                            sending_.on_report, sending_.on_spoiled);
    } catch (const Refused& refused) {
      faults[index] = {is_final(refused.reason()) ? NodeState::failed : NodeState::gone, refused.what()};
    } catch (const std::exception& fault) {
      faults[index] = {NodeState::gone, fault.what()};
    }
  };
  {
    std::vector<Thread> greeting;
    for (std::size_t index = 1; index < count; ++index)
      greeting.emplace_back([&greet, index] { greet(index); });
    greet(0);
  }
  for (std::size_t index = 0; index < count; ++index) {
    if (!links[index]) drop(nodes[index], faults[index].first, faults[index].second);
  }
  return links;
}

/// True when the node takes the offer; otherwise it was dropped.
bool Forwarder::begin(Link& link) {
  Offer offer = offer_;
  offer.from = offer_.place;
  const auto same = [&](const RingNode& node) { return node.id == link.node().id; };
  const auto from_end =
      std::ranges::find_if(offer.ring | std::views::reverse, same);  // it may have joined again
  offer.place = static_cast<int>(from_end.base() - offer.ring.begin()) - 1;
  try {
    link.begin(offer);
    return true;
  } catch (const Refused& refused) {
    const bool served = refused.reason() == Refusal::served;
    // The master thought that it was gone, but it is still in its old place: we are not left out for that.
    const bool never_lost = served && joined_.contains(link.node().id);
    superseded_ = served && !never_lost;
    if (never_lost) candidates_.drop(offer_.ring, link.node().id);
    if (!served)
      drop(link.node(), is_final(refused.reason()) ? NodeState::failed : NodeState::gone, refused.what());
  } catch (const ConnectionLost& loss) {
    drop(link.node(), NodeState::gone, loss.what());
  }
  return false;
}

bool Forwarder::interrupted(const Link& link) const {
  return ending_ || link.is_lost();
}

/// Until the end, or until the link is lost.
void Forwarder::feed(Link& link) {
  for (std::size_t place = 0; !cut_;) {
    if (link.is_lost()) return;
    if (ending_) return say_end(link);
    tell_of_joins(link);
    if (const auto chunk = link.take_again()) {
      send_chunk(link, *chunk);
      continue;
    }
    const auto next = sending_.store.in_order(place, offer_.timing.beat,
                                              [&] { return interrupted(link) || link.wants_again(); });
    if (next) {
      pass_on(link, *next);
      ++place;
    } else {
      link.send(Kind::idle);
    }
  }
}

void Forwarder::pass_on(Link& link, std::uint32_t chunk) {
  const std::string sha256 = sending_.store.digest(chunk);
  if (link.has(chunk, sha256)) {
    link.send(Kind::known, header_of(chunk));
  } else {
    send_chunk(link, chunk);
  }
}

std::string Forwarder::header_of(std::uint32_t chunk) const {
  ChunkHeader header = sending_.store.header(chunk);
  if (sending_.sign) header.signature = sending_.sign(header);
  return encode(header);
}

/// Block after block, as they come.
void Forwarder::send_chunk(Link& link, std::uint32_t chunk) {
  Store& store = sending_.store;
  link.send(Kind::chunk, header_of(chunk));
  const std::uint32_t size = store.layout().place(chunk).size;
  for (std::uint32_t offset = 0; offset < size && !interrupted(link);) {
    auto blocks = store.blocks(chunk, offset, offer_.timing.beat, [&] { return interrupted(link); });
    if (blocks.empty()) {
      link.send(Kind::idle);
      continue;
    }
    offset = blocks.back().offset + blocks.back().size();
    send_blocks(link, std::move(blocks));
  }
}

void Forwarder::send_blocks(Link& link, std::vector<Block> blocks) {
  if (packer_) blocks = packer_->pack(std::move(blocks));
  if (sending_.rate > 0) return send_slowly(link, blocks);
  if (!packer_) return link.send(blocks);
  std::size_t bytes = 0;
  for (const Block& block : blocks) bytes += block.frame.size();
  const auto begun = Clock::now();
  link.send(blocks);
  packer_->sent(bytes, Clock::now() - begun);
}

/// Block by block, each when those before it have had their time. Meanwhile the successor hears that we live.
void Forwarder::send_slowly(Link& link, std::span<const Block> blocks) {
  for (const Block& block : blocks) {
    while (!interrupted(link) && Clock::now() < next_turn_) {
      const auto rest = next_turn_ - Clock::now();
      sleep_for(std::min<Clock::duration>(rest, offer_.timing.beat));
      if (rest > offer_.timing.beat) link.send(Kind::idle);
    }
    link.send({&block, 1});
    const std::chrono::duration<double> turn(static_cast<double>(block.frame.size()) / sending_.rate);
    next_turn_ = std::max(next_turn_, Clock::now() - offer_.timing.beat) +
                 std::chrono::duration_cast<Clock::duration>(turn);
  }
}

/// The successor closes the connection when it has read it. If we closed first, what it has not read yet
/// could be lost.
void Forwarder::say_end(Link& link) {
  if (end_reason_.empty()) {
    link.send(Kind::end);
  } else {
    link.send(Kind::abort, end_reason_.substr(0, 1000));
  }
  link.wait_until_lost(offer_.timing.silence);
}

}  // namespace lucie::dolly
