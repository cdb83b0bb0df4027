#include "dolly/receiver.hpp"

#include <fmt/format.h>
#include <utility>

#include "base/error.hpp"
#include "dolly/destination.hpp"

namespace lucie::dolly {
namespace {

/// For strangers: to say who they are.
constexpr milliseconds greeting_limit{5000};
constexpr milliseconds turn{200};
constexpr std::size_t most_visitors = 256;

}  // namespace

Receiver::Receiver(ReceiverOptions options, Network& network, Listener& listener, ReceiverEvents& events)
    : options_(std::move(options)),
      trust_(options_.trust),
      network_(network),
      listener_(listener),
      events_(events) {
  if (options_.key.empty()) return;
  tls_.emplace(options_.key);
  encrypted_network_.emplace(network_, options_.key);
}

Receiver::~Receiver() {
  for (Visitor& visitor : visitors_) {
    visitor.channel->shut_down();
    visitor.thread.join();
  }
}

bool Receiver::receive_one(const std::function<bool()>& cancelled) {
  for (;;) {
    forget_gone();
    if (auto connection = listener_.accept(turn)) admit(std::move(connection));
    if (cancelled && cancelled()) return false;
    std::shared_ptr<Reception> reception;
    std::string refused;
    {
      const std::lock_guard lock(mutex_);
      reception = reception_;
      refused = std::exchange(refused_transfer_, {});
    }
    if (!refused.empty()) {
      events_.ended(refused);
      return false;
    }
    if (!reception) continue;
    events_.progress(reception->progress());
    if (!reception->wait_for_end(milliseconds(0))) continue;
    const std::string why = reception->conclude();
    {
      const std::lock_guard lock(mutex_);
      reception_.reset();
    }
    events_.ended(why);
    return why.empty();
  }
}

void Receiver::admit(std::unique_ptr<Connection> connection) {
  if (visitors_.size() >= most_visitors) return;
  Visitor& visitor = visitors_.emplace_back();
  auto dialled = std::make_unique<DialledConnection>(std::move(connection));
  visitor.connection = dialled.get();
  visitor.channel = std::make_shared<Channel>(std::move(dialled));
  visitor.thread = Thread([this, &visitor] { attend(visitor); });
}

void Receiver::forget_gone() {
  visitors_.remove_if([](Visitor& visitor) {
    if (!visitor.gone) return false;
    visitor.thread.join();
    return true;
  });
}

/// The offer of a visitor that may make one, and whose master this node trusts; none of a master that only
/// looks whether we are here. Throws ConnectionLost, NotTaken.
std::optional<Offer> Receiver::greet(Visitor& visitor) {
  const bool encrypted = visitor.connection->begin(tls_ ? &*tls_ : nullptr, greeting_limit);
  if (options_.encrypt && !encrypted)
    throw NotTaken(Refusal::encryption, "it takes encrypted connections only (--encrypt)");
  receive_introduction(*visitor.channel, options_.key, greeting_limit);
  const Frame begin = visitor.channel->receive(std::chrono::minutes(1));
  if (begin.kind == Kind::idle) return std::nullopt;
  if (begin.kind == Kind::ask) {
    visitor.channel->send(Kind::state, to_json(status()));
    return std::nullopt;
  }
  if (begin.kind != Kind::begin) throw ConnectionLost("it does not offer a transfer");
  Offer offer = decode_offer(begin.payload);
  if (options_.wait_master) offer.timing.patience = *options_.wait_master;
  if (offer.encrypted != encrypted)
    throw NotTaken(Refusal::encryption, encrypted ? "the ring is not encrypted, but this connection is"
                                                  : "the ring is encrypted, but this connection is not");
  trust_.check(offer);
  return offer;
}

NodeStatus Receiver::status() {
  std::shared_ptr<Reception> reception;
  {
    const std::lock_guard lock(mutex_);
    reception = reception_;
  }
  return reception ? reception->status() : NodeStatus{};
}

/// In a thread of the visitor's own.
void Receiver::attend(Visitor& visitor) {
  const std::string peer = visitor.channel->peer();
  try {
    if (const auto offer = greet(visitor)) take_part(visitor.channel, *offer);
  } catch (const NoPlace& fault) {
    refuse(*visitor.channel, fault.reason(), fault.what());
    const std::lock_guard lock(mutex_);
    refused_transfer_ = fault.what();
  } catch (const NotTaken& fault) {
    refuse(*visitor.channel, fault.reason(), fault.what());
    tell_refused(peer, fault.what());
  } catch (const ConnectionLost& fault) {
    tell_refused(peer, fault.what());
  } catch (const std::exception& fault) {
    refuse(*visitor.channel, Refusal::place, fault.what());
    tell_refused(peer, fault.what());
  }
  visitor.channel->shut_down();
  visitor.gone = true;
}

void Receiver::take_part(const std::shared_ptr<Channel>& channel, const Offer& offer) {
  if (const auto reception = reception_for(offer, channel->peer())) {
    reception->serve(channel, offer);
  } else {
    refuse(*channel, Refusal::busy, "it takes part in another transfer");
  }
}

void Receiver::tell_refused(const std::string& peer, const std::string& why) {
  const std::lock_guard lock(telling_);
  events_.refused(peer, why);
}

/// The transfer that the offer belongs to; null while another one is under way. Throws NoPlace.
std::shared_ptr<Reception> Receiver::reception_for(const Offer& offer, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  if (reception_) return reception_->transfer() == offer.transfer ? reception_ : nullptr;
  trust_.check_newest(offer);
  Network& network = offer.encrypted ? *encrypted_network_ : network_;
  reception_ = std::make_shared<Reception>(options_.open, offer, network, options_.key, trust_);
  const std::lock_guard telling(telling_);
  events_.started(offer, peer);
  return reception_;
}

}  // namespace lucie::dolly
