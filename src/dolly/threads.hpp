#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

/// Threads and time as the ring uses them. The whole room takes them from here, never from the standard
/// library itself, so that the very same decisions can also run on a simulated clock
/// (simulation/simulation.hpp). Outside a simulation they are those of the standard library.
namespace lucie::dolly {

using std::chrono::milliseconds;

class Simulation;
struct Fiber;

/// In which this thread of the operating system runs; null: in none.
constinit inline thread_local Simulation* current_simulation = nullptr;

/// Simulated threads that wait for the same, oldest first.
struct Waiters {
  Fiber *first = nullptr, *last = nullptr;
};

/// Time that passes, for limits and rates.
class Clock {
 public:
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;

  static time_point now() {
    return current_simulation == nullptr ? std::chrono::steady_clock::now() : simulated_now();
  }
  /// What a calendar would say.
  static std::uint64_t milliseconds_since_1970();

 private:
  static time_point simulated_now();
};

void sleep_for(Clock::duration time);

/// For std::lock_guard and std::unique_lock.
class Mutex {
 public:
  void lock() { current_simulation == nullptr ? real_.lock() : simulated_lock(); }
  void unlock() { current_simulation == nullptr ? real_.unlock() : simulated_unlock(); }

 private:
  friend class Condition;
  void simulated_lock();
  void simulated_unlock();

  std::mutex real_;
  Waiters waiters_;
  bool held_ = false;
};

class Condition {
 public:
  using Lock = std::unique_lock<Mutex>;

  void notify_one() noexcept { current_simulation == nullptr ? real_.notify_one() : simulated_notify(false); }
  void notify_all() noexcept { current_simulation == nullptr ? real_.notify_all() : simulated_notify(true); }

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
  void simulated_notify(bool all) noexcept;

  std::condition_variable real_;
  Waiters waiters_;
};

/// Waits for its end when it is destroyed.
class Thread {
 public:
  Thread() = default;
  /// `work` must not throw.
  explicit Thread(std::function<void()> work);
  Thread(Thread&&) = default;
  Thread& operator=(Thread&& other);
  ~Thread();

  bool joinable() const { return real_.joinable() || fiber_ != nullptr; }
  void join();

 private:
  std::thread real_;
  std::shared_ptr<Fiber> fiber_;
};

}  // namespace lucie::dolly
