#include "dolly/threads.hpp"

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

std::uint64_t Clock::milliseconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

void sleep_for(Clock::duration time) {
  std::this_thread::sleep_for(time);
}

void Condition::wait(Lock& lock) {
  Lent lent(lock.mutex()->real_);
  real_.wait(lent.lock);
}

std::cv_status Condition::wait_until(Lock& lock, Clock::time_point end) {
  Lent lent(lock.mutex()->real_);
  return real_.wait_until(lent.lock, end);
}

}  // namespace lucie::dolly
