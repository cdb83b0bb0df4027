#pragma once

#include <cstdint>

#include "dolly/threads.hpp"

/// How long a ring takes: docs/dolly-prediction.md says where the terms come from.
namespace lucie::dolly {

struct Expected {
  std::uint64_t nodes = 1, size = 0;  ///< size in bytes
  double bandwidth = 0;               ///< bytes per second of what TCP carries
  std::uint32_t chunk = 4 << 20;      ///< bytes
  double hop_delay = 0;               ///< seconds from one node to the next, one way
  double failing = 0;                 ///< share of the nodes that fall silent while it lasts, 0 to 1
  double silence = 1;                 ///< seconds after which such a node is left out
};

/// Seconds; their sum is what is expected.
struct Prediction {
  double transfer = 0;  ///< until one node has everything
  double hops = 0;      ///< until what the first node has got has come to the last one
  double failures = 0;
  double seconds() const { return transfer + hops + failures; }
};

Prediction predict(const Expected& expected);

/// What TCP carries of a wire's bandwidth at an MTU of 1500: 1448 of 1514 bytes of each frame.
inline constexpr double payload_share = 1448.0 / 1514;

struct Simulated {
  double seconds = 0;          ///< until the last node that lives has everything
  std::uint64_t done = 0;      ///< nodes that have everything
  std::uint64_t silenced = 0;  ///< nodes that fell silent
};

/// Runs the ring's own code on a simulated network. The nodes that fall silent, and when, come from `seed`.
/// Throws lucie::Error.
Simulated simulate(const Expected& expected, std::uint64_t seed);

}  // namespace lucie::dolly
