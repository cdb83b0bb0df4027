#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "installer/messenger.hpp"
#include "installer/runner.hpp"

namespace lucie::installer {

/// Tells the server (events and logs) and the console what happens.
class Telling : public Listener {
 public:
  /// `console` gets a line where a module starts, ends or fails; `show_logs`: also every line of its log.
  Telling(Messenger& messenger, std::string host, base::Reporter& console, bool show_logs);

  void started(const std::string& message);
  void finished();
  /// `module`: where, if it was in a module.
  void failed(const std::string& why, const std::string& module = {});

  void module_started(const std::string& module) override;
  void module_line(const std::string& module, std::string_view line) override;
  void progress(const std::string& module, double fraction, const std::string& message) override;
  void module_done(const std::string& module, std::chrono::duration<double> took) override;
  void module_failed(const Failure& failure, bool tried_again) override;

 private:
  wire::Event event(const std::string& kind, const std::string& module = {}) const;

  Messenger& messenger_;
  std::string host_;
  base::Reporter& console_;
  bool show_logs_;
  base::Stopwatch watch_;
  std::mutex mutex_;
  double told_fraction_ = 0;
  base::Stopwatch told_;
};

}  // namespace lucie::installer
