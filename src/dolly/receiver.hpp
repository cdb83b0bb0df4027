#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "dolly/reception.hpp"
#include "dolly/threads.hpp"
#include "dolly/tls.hpp"

namespace lucie::dolly {

/// What happens on a receiving node, for those who show it. Called from several threads, one call at a time.
class ReceiverEvents {
 public:
  virtual ~ReceiverEvents() = default;
  virtual void started(const Offer& offer, const std::string& from) = 0;
  virtual void progress(const Reception::Progress& progress) = 0;
  /// `why` empty: everything is verified and in its place.
  virtual void ended(const std::string& why) = 0;
  /// Somebody was turned away.
  virtual void refused(const std::string& peer, const std::string& why) = 0;
};

struct ReceiverOptions {
  OpenFiles open;   ///< where received files go
  std::string key;  ///< bytes; empty: without
  TrustOptions trust;
  bool encrypt = false;  ///< take encrypted connections only
  /// How long it waits when its sender is gone; nothing: as long as the sender says.
  std::optional<milliseconds> wait_master{};
};

/// A node of rings: takes connections, proves them, and takes part in one transfer at a time.
class Receiver {
 public:
  Receiver(ReceiverOptions options, Network& network, Listener& listener, ReceiverEvents& events);
  ~Receiver();

  /// Waits for a transfer and takes part in it until it is over. True when everything of it is verified and
  /// in its place. `cancelled` is asked a few times a second.
  bool receive_one(const std::function<bool()>& cancelled = {});

 private:
  struct Visitor {
    DialledConnection* connection = nullptr;  ///< of the channel
    std::shared_ptr<Channel> channel;
    Thread thread;
    std::atomic<bool> gone = false;
  };

  void admit(std::unique_ptr<Connection> connection);
  void attend(Visitor& visitor);
  void take_part(const std::shared_ptr<Channel>& channel, const Offer& offer);
  std::optional<Offer> greet(Visitor& visitor);
  std::shared_ptr<Reception> reception_for(const Offer& offer, const std::string& peer);
  NodeStatus status();
  void forget_gone();
  void tell_refused(const std::string& peer, const std::string& why);

  const ReceiverOptions options_;
  Trust trust_;
  std::optional<Tls> tls_;  ///< with a key
  Network& network_;
  std::optional<TlsNetwork> encrypted_network_;
  Listener& listener_;
  ReceiverEvents& events_;
  Mutex mutex_, telling_;
  std::shared_ptr<Reception> reception_;
  std::string refused_transfer_;  ///< why a transfer could not begin
  std::list<Visitor> visitors_;
};

}  // namespace lucie::dolly
