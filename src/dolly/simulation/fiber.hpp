#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <ucontext.h>
#include <vector>

#include "dolly/threads.hpp"

namespace lucie::dolly {

/// Memory for the stacks of fibers. Only what is used of them costs anything.
class Stacks {
 public:
  static constexpr std::size_t size = 256 << 10;

  Stacks() = default;
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;
  ~Stacks();
  char* take();
  void give_back(char* stack) { unused_.push_back(stack); }

 private:
  std::vector<char*> unused_, all_;
};

/// What the C++ runtime keeps of exceptions under way for each thread (Itanium C++ ABI 2.2.2); here each
/// fiber has its own.
struct ExceptionsUnderWay {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

/// When what happens, with a number that makes it the only one.
using Moment = std::pair<Clock::time_point, std::uint64_t>;
using Timers = std::map<Moment, Fiber*>;

/// A simulated thread.
struct Fiber {
  ucontext_t context{};
  char* stack = nullptr;
  std::function<void()> work;
  std::size_t group = 0;
  ExceptionsUnderWay exceptions;
  void* sanitizer = nullptr;  ///< what the address sanitizer keeps of a fiber

  bool ended = false, timed_out = false, has_timer = false;
  Timers::iterator timer;  ///< with `has_timer`
  Waiters* waits_in = nullptr;
  Fiber *before = nullptr, *after = nullptr;  ///< in `waits_in`
  Waiters joining;
};

void append(Waiters& waiters, Fiber& fiber);
void remove_from_queue(Fiber& fiber);

/// Changes between the scheduler and fibers.
class Switch {
 public:
  /// `entry` runs on the fiber's stack, and must not return but call `leave` with `for_ever`.
  static void prepare(Fiber& fiber, void (*entry)());
  /// Runs the fiber until it leaves.
  void enter(Fiber& fiber);
  void leave(Fiber& fiber, bool for_ever = false);
  /// First of all on a new stack.
  void arrived();

 private:
  ucontext_t scheduler_{};
  const void* stack_ = nullptr;  ///< of the scheduler
  std::size_t stack_size_ = 0;
};

}  // namespace lucie::dolly
