#pragma once

#include <cstdint>
#include <deque>

#include "dolly/connection.hpp"

namespace lucie::dolly {

/// Watches whether a successor keeps up. It is slow when for a whole window it took in less than a third of
/// what comes in here, and has so far to go that waiting for it costs the nodes behind it more than leaving
/// it out. After a pause of what is before us much comes at once, and it has a whole window for that, too.
class Pace {
 public:
  explicit Pace(milliseconds window) : window_(window) {}

  /// At every sign of life. `own` and `successor`: bytes that each has received; `usual`: bytes per second
  /// that have come in here while something came, 0 when that is not known (at the master).
  bool is_slow(Clock::time_point now, std::uint64_t own, std::uint64_t successor, double usual);
  /// Bytes per second of the successor over the last window.
  double rate() const { return rate_; }

 private:
  struct Sample {
    Clock::time_point time;
    std::uint64_t received;
  };
  bool keeps_up(Clock::time_point now, double behind, double usual);

  milliseconds window_;
  Clock::time_point kept_up_{};  ///< when it was last near
  std::deque<Sample> samples_;
  double rate_ = 0;
};

}  // namespace lucie::dolly
