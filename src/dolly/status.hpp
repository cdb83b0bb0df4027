#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dolly/connection.hpp"
#include "dolly/offer.hpp"
#include "dolly/protocol.hpp"

/// What a receiver says of itself to those who ask (`dollyplus status`).
namespace lucie::dolly {

/// A node behind it in the ring, as far as it knows.
struct NodeBehind {
  std::string name;
  NodeState state{};
  std::uint64_t verified = 0;  ///< bytes
  std::string why;             ///< of gone, failed and slow
};

struct NodeStatus {
  NodeState state = NodeState::waiting;  ///< waiting: for a transfer
  std::string name;                      ///< what the master calls it
  std::string transfer;
  std::vector<std::string> files;
  std::uint64_t bytes = 0, verified = 0;  ///< `bytes` is 0 while the end of a stream is not known
  std::string from, to;                   ///< predecessor and successor; empty: none now
  std::vector<NodeBehind> behind;
  std::string why;  ///< of failed
};

/// As it travels, and as `--json` shows it.
std::string to_json(const NodeStatus& status);
/// Throws ConnectionLost for what is none.
NodeStatus status_from_json(const std::string& text);

/// Asks a receiver. Throws ConnectionLost, and Refused with its words.
NodeStatus ask_for_status(Network& network, const RingNode& node, const std::string& key, milliseconds limit);

}  // namespace lucie::dolly
