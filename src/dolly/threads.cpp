#include "dolly/threads.hpp"

#include <utility>

#include "dolly/simulation/simulation.hpp"

namespace lucie::dolly {
namespace {

/// Lends the standard library the mutex of a lock for as long as it waits.
class Lent {
 public:
  explicit Lent(std::mutex& mutex) : lock(mutex, std::adopt_lock) {}
  ~Lent() { lock.release(); }
  std::unique_lock<std::mutex> lock;
};

}  // namespace

Clock::time_point Clock::simulated_now() {
  return current_simulation->now();
}

std::uint64_t Clock::milliseconds_since_1970() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  if (current_simulation != nullptr)  // the same each time, and as many digits as today's
    now = std::chrono::hours(24 * 365 * 55) + current_simulation->now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

void sleep_for(Clock::duration time) {
  if (current_simulation == nullptr) return std::this_thread::sleep_for(time);
  Waiters nobody;
  current_simulation->wait(nobody, current_simulation->now() + time);
}

void Mutex::simulated_lock() {
  if (held_) return current_simulation->wait(waiters_);  // it is handed over
  held_ = true;
}

void Mutex::simulated_unlock() {
  held_ = current_simulation->wake_one(waiters_);
}

void Condition::wait(Lock& lock) {
  if (current_simulation != nullptr) {
    lock.unlock();
    current_simulation->wait(waiters_);
    return lock.lock();
  }
  Lent lent(lock.mutex()->real_);
  real_.wait(lent.lock);
}

std::cv_status Condition::wait_until(Lock& lock, Clock::time_point end) {
  if (current_simulation != nullptr) {
    lock.unlock();
    const bool woken = current_simulation->wait(waiters_, end);
    lock.lock();
    return woken ? std::cv_status::no_timeout : std::cv_status::timeout;
  }
  Lent lent(lock.mutex()->real_);
  return real_.wait_until(lent.lock, end);
}

void Condition::simulated_notify(bool all) noexcept {
  while (current_simulation->wake_one(waiters_) && all) {
  }
}

Thread::Thread(std::function<void()> work) {
  if (current_simulation != nullptr) {
    fiber_ = current_simulation->start(std::move(work));
  } else {
    real_ = std::thread(std::move(work));
  }
}

Thread& Thread::operator=(Thread&& other) {
  if (joinable()) join();
  real_ = std::move(other.real_);
  fiber_ = std::move(other.fiber_);
  return *this;
}

Thread::~Thread() {
  if (joinable()) join();
}

void Thread::join() {
  if (const auto fiber = std::exchange(fiber_, nullptr)) {
    // Outside its simulation it is over, or was given up.
    if (current_simulation != nullptr) current_simulation->join(*fiber);
  } else {
    real_.join();
  }
}

}  // namespace lucie::dolly
