#include "dolly/simulation/simulation.hpp"

#include <fmt/format.h>
#include <utility>

#include "base/error.hpp"

namespace lucie::dolly {
namespace {

/// So many steps without any time passing are no program but a loop.
constexpr std::uint64_t most_runs_at_one_time = 50'000'000;

/// The simulation is the current one of the thread for as long as this lives.
class Current {
 public:
  explicit Current(Simulation& simulation) { current_simulation = &simulation; }
  ~Current() { current_simulation = nullptr; }
};

}  // namespace

Simulation::Simulation(Clock::duration limit) : limit_(limit), groups_(1) {}

Simulation::~Simulation() = default;

void Simulation::run(std::function<void()> program) {
  if (current_simulation != nullptr) throw Error("a simulation runs in this thread already");
  const Current current(*this);
  std::exception_ptr fault;
  start([&] {
    try {
      program();
    } catch (...) {
      fault = std::current_exception();
    }
  });
  loop();
  if (fault) std::rethrow_exception(fault);
}

void Simulation::loop() {
  while (!alive_.empty()) {
    if (ready_.empty()) {
      if (!advance())
        throw Error(fmt::format("all {} simulated threads wait for ever after {:.3f} s", alive_.size(),
                                std::chrono::duration<double>(elapsed()).count()));
      if (elapsed() > limit_)
        throw Error(fmt::format("{} simulated threads are not done after {:.0f} s", alive_.size(),
                                std::chrono::duration<double>(elapsed()).count()));
      continue;
    }
    Fiber& next = *ready_.front();
    ready_.pop_front();
    if (Threads& group = groups_[next.group]; group.stopped) {
      group.held.push_back(&next);
    } else {
      run(next);
    }
  }
}

void Simulation::run(Fiber& fiber) {
  if (++runs_at_this_time_ > most_runs_at_one_time) throw Error("simulated threads run in a circle");
  running_ = &fiber;
  switch_.enter(fiber);
  running_ = nullptr;
  if (!fiber.ended) return;
  stacks_.give_back(fiber.stack);
  while (wake_one(fiber.joining)) {
  }
  alive_.erase(&fiber);
}

/// Goes on to the next time at which anything happens; false when there is none.
bool Simulation::advance() {
  const bool timer = !timers_.empty(), event = !events_.empty();
  if (!timer && !event) return false;
  runs_at_this_time_ = 0;
  if (event && (!timer || events_.top().moment < timers_.begin()->first)) {
    now_ = events_.top().moment.first;
    const auto happens = std::move(const_cast<Event&>(events_.top()).happens);
    events_.pop();
    happens();
    return true;
  }
  Fiber& fiber = *timers_.begin()->second;
  now_ = std::max(now_, timers_.begin()->first.first);
  fiber.timed_out = true;
  make_ready(fiber);
  return true;
}

void Simulation::make_ready(Fiber& fiber) {
  remove_from_queue(fiber);
  if (std::exchange(fiber.has_timer, false)) timers_.erase(fiber.timer);
  ready_.push_back(&fiber);
}

void Simulation::at(Clock::time_point time, std::function<void()> event) {
  events_.push({{std::max(time, now_), ++count_}, std::move(event)});
}

Simulation::Group Simulation::new_group() {
  groups_.emplace_back();
  return groups_.size() - 1;
}

void Simulation::in_group(Group group, const std::function<void()>& starting) {
  const Group before = std::exchange(starting_, group);
  starting();
  starting_ = before;
}

void Simulation::stop(Group group) {
  groups_[group].stopped = true;
}

void Simulation::go_on(Group group) {
  groups_[group].stopped = false;
  for (Fiber* fiber : std::exchange(groups_[group].held, {})) ready_.push_back(fiber);
}

std::shared_ptr<Fiber> Simulation::start(std::function<void()> work) {
  auto fiber = std::make_shared<Fiber>();
  fiber->work = std::move(work);
  fiber->group = starting_ != 0 ? starting_ : running_ != nullptr ? running_->group : 0;
  fiber->stack = stacks_.take();
  Switch::prepare(*fiber, [] {
    Simulation& simulation = *current_simulation;
    Fiber& own = *simulation.running_;
    simulation.switch_.arrived();
    // What it throws ends the program, as with a thread.
    [&]() noexcept { std::exchange(own.work, nullptr)(); }();
    own.ended = true;
    simulation.switch_.leave(own, true);
  });
  alive_[fiber.get()] = fiber;
  ready_.push_back(fiber.get());
  return fiber;
}

void Simulation::join(Fiber& fiber) {
  while (!fiber.ended) wait(fiber.joining);
}

void Simulation::wait(Waiters& waiters) {
  append(waiters, *running_);
  switch_.leave(*running_);
}

bool Simulation::wait(Waiters& waiters, Clock::time_point end) {
  Fiber& own = *running_;
  own.timed_out = false;
  own.has_timer = true;
  own.timer = timers_.emplace(Moment{std::max(end, now_), ++count_}, &own).first;
  wait(waiters);
  return !own.timed_out;
}

bool Simulation::wake_one(Waiters& waiters) {
  if (waiters.first == nullptr) return false;
  make_ready(*waiters.first);
  return true;
}

}  // namespace lucie::dolly
