#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

/// Threads and time as the ring uses them. The whole room takes them from here, never from the standard
/// library itself, so that the very same decisions can also run on a simulated clock.
namespace lucie::dolly {

using std::chrono::milliseconds;

/// Time that passes, for limits and rates.
class Clock {
 public:
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;

  static time_point now() { return std::chrono::steady_clock::now(); }
  /// What a calendar would say.
  static std::uint64_t milliseconds_since_1970();
};

void sleep_for(Clock::duration time);

/// For std::lock_guard and std::unique_lock.
class Mutex {
 public:
  void lock() { real_.lock(); }
  bool try_lock() { return real_.try_lock(); }
  void unlock() { real_.unlock(); }

 private:
  friend class Condition;
  std::mutex real_;
};

class Condition {
 public:
  using Lock = std::unique_lock<Mutex>;

  void notify_one() noexcept { real_.notify_one(); }
  void notify_all() noexcept { real_.notify_all(); }

  void wait(Lock& lock);
  std::cv_status wait_until(Lock& lock, Clock::time_point end);

  template <typename Predicate>
  void wait(Lock& lock, Predicate reached) {
    while (!reached()) wait(lock);
  }
  /// Returns what `reached` says at last.
  template <typename Predicate>
  bool wait_until(Lock& lock, Clock::time_point end, Predicate reached) {
    while (!reached()) {
      if (wait_until(lock, end) == std::cv_status::timeout) return reached();
    }
    return true;
  }
  std::cv_status wait_for(Lock& lock, Clock::duration limit) {
    return wait_until(lock, Clock::now() + limit);
  }
  template <typename Predicate>
  bool wait_for(Lock& lock, Clock::duration limit, Predicate reached) {
    return wait_until(lock, Clock::now() + limit, std::move(reached));
  }

 private:
  std::condition_variable real_;
};

/// Waits for its end when it is destroyed.
class Thread {
 public:
  Thread() = default;
  /// `work` must not throw.
  explicit Thread(std::function<void()> work) : real_(std::move(work)) {}

  bool joinable() const { return real_.joinable(); }
  void join() { real_.join(); }

 private:
  std::jthread real_;
};

}  // namespace lucie::dolly
