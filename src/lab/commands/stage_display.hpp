#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "cli/terminal.hpp"

namespace lucie::lab {

/// Shows which stage is at work: a moving line with its time on a terminal, a plain line now and then
/// elsewhere.
class StageDisplay : public base::Reporter {
 public:
  StageDisplay(cli::Terminal& terminal, int stages);
  ~StageDisplay() override;
  StageDisplay(const StageDisplay&) = delete;
  StageDisplay& operator=(const StageDisplay&) = delete;

  void begin(int number, const std::string& title);
  void done(const std::string& outcome);
  void failed();

  // base::Reporter
  void progress(const std::string& doing, double fraction) override;
  void note(const std::string& text) override { terminal_.note(text); }
  void warning(const std::string& text) override { terminal_.warning(text); }

 private:
  void show();
  void end_line(const std::string& mark, const std::string& outcome);

  cli::Terminal& terminal_;
  const int stages_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false, at_work_ = false;
  int number_ = 0;
  std::string title_, doing_;
  double fraction_ = -1;
  base::Stopwatch watch_;
  std::chrono::steady_clock::time_point last_line_;
  std::thread ticker_;
};

}  // namespace lucie::lab
