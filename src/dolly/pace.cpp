#include "dolly/pace.hpp"

#include <algorithm>

namespace lucie::dolly {
namespace {

/// The share of the usual rate below which a node is slow.
constexpr double least_share = 1.0 / 3;
/// No node is slow that takes so many bytes per second: where so much comes, processors are the limit, and
/// those are taken by turns.
constexpr double never_slow = 100e6;
/// Of what comes in a window: who is no further behind is near.
constexpr double near = 1.0 / 8;

}  // namespace

bool Pace::keeps_up(Clock::time_point now, double behind, double usual) {
  const std::chrono::duration<double> window = window_;
  if (kept_up_ == Clock::time_point() || behind <= usual * window.count() * near) kept_up_ = now;
  return now - kept_up_ < window_;
}

bool Pace::is_slow(Clock::time_point now, std::uint64_t own, std::uint64_t successor, double usual) {
  samples_.push_back({now, successor});
  while (samples_.size() > 2 && now - samples_[1].time >= window_) samples_.pop_front();
  const bool near_enough = keeps_up(now, own > successor ? static_cast<double>(own - successor) : 0, usual);
  const std::chrono::duration<double> window = window_, seconds = now - samples_.front().time;
  if (seconds < window || successor >= own || near_enough) return false;
  rate_ = static_cast<double>(successor - samples_.front().received) / seconds.count();
  const auto behind = static_cast<double>(own - successor);
  // A little is always on its way, also when nothing comes.
  const bool far_behind = behind > usual * window.count() / 2 && behind > 2 * rate_ * window.count();
  return far_behind && rate_ < std::min(least_share * usual, never_slow);
}

}  // namespace lucie::dolly
