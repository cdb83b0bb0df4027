#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <vector>

#include "dolly/simulation/fiber.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

/// Runs programs written with dolly/threads.hpp in simulated time: every thread is a fiber on the one thread
/// of the operating system that calls `run`, the next one to run is decided by simulated time and, at the
/// same time, by who waited first. Computing takes no simulated time. So the same program does the same each
/// time, and hours pass in seconds.
class Simulation {
 public:
  /// Not 0, which stands for never in some places.
  static constexpr Clock::time_point beginning{std::chrono::hours(1)};

  /// `limit`: simulated time after which nothing can be right any more.
  explicit Simulation(Clock::duration limit = std::chrono::hours(24));
  ~Simulation();

  /// Runs `program` and the threads that it starts until all have ended. Throws what `program`
  /// throws, and lucie::Error when all wait
  /// for ever, or the limit has passed; what is left of them is given up.
  void run(std::function<void()> program);

  Clock::time_point now() const { return now_; }
  Clock::duration elapsed() const { return now_ - beginning; }
  /// Does something at a later time. It must not wait.
  void at(Clock::time_point time, std::function<void()> event);

  // The threads of a node can be stopped together, as by SIGSTOP. A thread belongs to the group of the thread
  // that started it.
  using Group = std::size_t;
  Group new_group();
  /// The threads that `starting` starts belong to `group`.
  void in_group(Group group, const std::function<void()>& starting);
  void stop(Group group);
  void go_on(Group group);

  // For dolly/threads.hpp and the simulated network. All but `wake_one` must be called by a simulated thread.
  std::shared_ptr<Fiber> start(std::function<void()> work);
  void join(Fiber& fiber);
  void wait(Waiters& waiters);
  /// False when nobody woke us until `end`.
  bool wait(Waiters& waiters, Clock::time_point end);
  /// False when nobody waits.
  bool wake_one(Waiters& waiters);

 private:
  struct Event {
    Moment moment;
    std::function<void()> happens;
    bool operator<(const Event& other) const { return moment > other.moment; }  // the first one on top
  };
  struct Threads {
    bool stopped = false;
    std::vector<Fiber*> held;
  };

  void loop();
  void run(Fiber& fiber);
  bool advance();
  void make_ready(Fiber& fiber);

  const Clock::duration limit_;
  Clock::time_point now_ = beginning;
  std::uint64_t count_ = 0;
  Timers timers_;
  std::priority_queue<Event> events_;
  std::deque<Fiber*> ready_;
  std::vector<Threads> groups_;
  Group starting_ = 0;
  Fiber* running_ = nullptr;
  std::map<Fiber*, std::shared_ptr<Fiber>> alive_;
  std::uint64_t runs_at_this_time_ = 0;
  Stacks stacks_;
  Switch switch_;
};

}  // namespace lucie::dolly
