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
      events_(events) {}

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
  visitor.channel = std::make_shared<Channel>(std::move(connection));
  visitor.thread = Thread([this, &visitor] { attend(visitor); });
}

void Receiver::forget_gone() {
  visitors_.remove_if([](Visitor& visitor) {
    if (!visitor.gone) return false;
    visitor.thread.join();
    return true;
  });
}

/// In a thread of the visitor's own.
void Receiver::attend(Visitor& visitor) {
  const std::string peer = visitor.channel->peer();
  try {
    receive_introduction(*visitor.channel, options_.key, greeting_limit);
    const Frame begin = visitor.channel->receive(std::chrono::minutes(1));
    if (begin.kind == Kind::begin) {
      take_part(visitor.channel, decode_offer(begin.payload));
    } else if (begin.kind != Kind::idle) {  // that one only looks whether we are here
      throw ConnectionLost("it does not offer a transfer");
    }
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
  trust_.check(offer);
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
  reception_ = std::make_shared<Reception>(options_.open, offer, network_, options_.key, trust_);
  const std::lock_guard telling(telling_);
  events_.started(offer, peer);
  return reception_;
}

}  // namespace lucie::dolly
