#pragma once

#include <memory>
#include <string>

#include "dolly/channel.hpp"

/// Both ends prove to each other that they have the key, without sending it.
namespace lucie::dolly {

/// The listener says no: which of the reasons, in words that name no secret.
class Refused : public ConnectionLost {
 public:
  explicit Refused(RefuseMessage message) : ConnectionLost(message.text), message_(std::move(message)) {}
  Refusal reason() const { return message_.why; }

 private:
  RefuseMessage message_;
};

/// The dialing end. `key` is bytes; empty: none is wanted. Throws ConnectionLost, and Refused with the
/// listener's words (or ours, when the listener does not have the key).
void introduce(Channel& channel, const std::string& key, milliseconds limit);

/// The listening end: the stranger is told why not, then ConnectionLost is thrown.
void receive_introduction(Channel& channel, const std::string& key, milliseconds limit);

/// The next frame, which must be of this kind; a refusal becomes a Refused.
std::string expect_frame(Channel& channel, Kind kind, milliseconds limit);

}  // namespace lucie::dolly
