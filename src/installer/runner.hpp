#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/reporter.hpp"
#include "installer/journal.hpp"
#include "installer/module.hpp"
#include "installer/order.hpp"
#include "installer/session.hpp"

namespace lucie::installer {

/// A module that did not succeed: expected, so a value.
struct Failure {
  std::string module;
  std::string why;  ///< how it ended and its last error lines
};

/// Who is told what happens while modules run. Called from several threads, one call at a time for a module.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void module_started(const std::string& module) = 0;
  virtual void module_line(const std::string& module, std::string_view line) = 0;
  /// `fraction` of the whole installation; `message` may be empty.
  virtual void progress(const std::string& module, double fraction, const std::string& message) = 0;
  virtual void module_done(const std::string& module, std::chrono::duration<double> took) = 0;
  virtual void module_failed(const Failure& failure, bool tried_again) = 0;
};

/// Runs modules in their order, those that do not wait for each other side by side, each with its time limit
/// and retries. After a failure no further module is started; those that run come to their end.
class Runner {
 public:
  Runner(std::vector<Module> modules, Order order, const Session& session, Journal& journal,
         Listener& listener);

  /// Modules that the journal calls done are left out. Returns the failures; none: all modules are done.
  std::vector<Failure> run();

 private:
  enum class State { waiting, running, done, failed };

  void start_ready(std::vector<std::jthread>& threads);
  void attend(std::size_t index);
  std::optional<std::string> try_module(std::size_t index);
  void end(std::size_t index, std::optional<std::string> why);
  void note_progress(std::size_t index, double fraction, const std::string& message);
  bool any(State state) const;

  std::vector<Module> modules_;
  Order order_;
  const Session& session_;
  Journal& journal_;
  Listener& listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<State> states_;
  std::vector<double> fractions_;
  std::vector<Failure> failures_;
};

}  // namespace lucie::installer
