#include "installer/runner.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "installer/module_run.hpp"

namespace lucie::installer {

Runner::Runner(std::vector<Module> modules, Order order, const Session& session, Journal& journal,
               Listener& listener)
    : modules_(std::move(modules)),
      order_(std::move(order)),
      session_(session),
      journal_(journal),
      listener_(listener),
      states_(modules_.size(), State::waiting),
      fractions_(modules_.size(), 0) {
  for (std::size_t index = 0; index < modules_.size(); ++index) {
    if (!journal_.done(modules_[index].name)) continue;
    states_[index] = State::done;
    fractions_[index] = 1;
  }
}

bool Runner::any(State state) const {
  return std::find(states_.begin(), states_.end(), state) != states_.end();
}

std::vector<Failure> Runner::run() {
  std::vector<std::jthread> threads;
  std::unique_lock lock(mutex_);
  for (;;) {
    start_ready(threads);
    if (!any(State::running)) break;
    changed_.wait(lock);
  }
  lock.unlock();
  return failures_;
}

/// With the lock held: starts every module whose predecessors are done, unless one has failed.
void Runner::start_ready(std::vector<std::jthread>& threads) {
  if (any(State::failed)) return;
  for (std::size_t index = 0; index < modules_.size(); ++index) {
    const bool ready = states_[index] == State::waiting &&
                       std::all_of(order_[index].begin(), order_[index].end(),
                                   [this](std::size_t other) { return states_[other] == State::done; });
    if (!ready) continue;
    states_[index] = State::running;
    threads.emplace_back([this, index] { attend(index); });
  }
}

/// The module's tries, one after another; nothing, or why the last one failed.
std::optional<std::string> Runner::try_module(std::size_t index) {
  const Module& module = modules_[index];
  for (int left = module.description.retries;; --left) {
    const auto why = run_module(
        module, session_, [&](std::string_view line) { listener_.module_line(module.name, line); },
        [&](const ProgressLine& progress) { note_progress(index, progress.fraction, progress.text); });
    if (!why || left == 0) return why;
    listener_.module_failed({module.name, *why}, true);
  }
}

/// In the module's own thread.
void Runner::attend(std::size_t index) {
  const std::string& name = modules_[index].name;
  const base::Stopwatch watch;
  listener_.module_started(name);
  std::optional<std::string> why;
  try {
    why = try_module(index);
  } catch (const std::exception& error) {  // a full disk below /run, no process to be had
    why = error.what();
  }
  if (why) {
    listener_.module_failed({name, *why}, false);
  } else {
    listener_.module_done(name, watch.elapsed());
    note_progress(index, 1, "");
  }
  end(index, std::move(why));
}

void Runner::end(std::size_t index, std::optional<std::string> why) {
  const std::lock_guard lock(mutex_);
  states_[index] = why ? State::failed : State::done;
  if (why) failures_.push_back({modules_[index].name, *why});
  if (!why) journal_.mark_done(modules_[index].name);
  changed_.notify_all();
}

void Runner::note_progress(std::size_t index, double fraction, const std::string& message) {
  double done = 0, all = 0;
  {
    const std::lock_guard lock(mutex_);
    fractions_[index] = fraction;
    for (std::size_t each = 0; each < modules_.size(); ++each) {
      done += modules_[each].description.weight * fractions_[each];
      all += modules_[each].description.weight;
    }
  }
  listener_.progress(modules_[index].name, all > 0 ? done / all : 1, message);
}

}  // namespace lucie::installer
