#include "lab/commands/stage_display.hpp"

#include <fmt/format.h>

namespace lucie::lab {
namespace {

using namespace std::chrono_literals;
constexpr auto k_tick = 250ms;
constexpr auto k_plain_line_every = 15s;

}  // namespace

StageDisplay::StageDisplay(cli::Terminal& terminal, int stages) : terminal_(terminal), stages_(stages) {
  ticker_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, k_tick, [this] { return ending_; })) show();
  });
}

StageDisplay::~StageDisplay() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  ticker_.join();
}

void StageDisplay::begin(int number, const std::string& title) {
  const std::lock_guard lock(mutex_);
  number_ = number;
  title_ = title;
  doing_.clear();
  fraction_ = -1;
  watch_ = base::Stopwatch();
  last_line_ = std::chrono::steady_clock::now();
  at_work_ = true;
  if (!terminal_.moving()) terminal_.note(fmt::format("[{:2}/{}] {} …", number_, stages_, title_));
}

void StageDisplay::progress(const std::string& doing, double fraction) {
  const std::lock_guard lock(mutex_);
  doing_ = doing;
  fraction_ = fraction;
}

/// With the lock held.
void StageDisplay::show() {
  if (!at_work_) return;
  std::string line =
      fmt::format("[{:2}/{}] {} {}", number_, stages_, title_,
                  base::format_duration(std::chrono::floor<std::chrono::seconds>(watch_.elapsed())));
  if (fraction_ >= 0) line += fmt::format(" {:.0f} %", fraction_ * 100);
  if (!doing_.empty()) line += ": " + doing_;
  if (terminal_.moving()) {
    terminal_.progress(line, -1);
  } else if (std::chrono::steady_clock::now() - last_line_ > k_plain_line_every) {
    last_line_ = std::chrono::steady_clock::now();
    terminal_.note("        " + line.substr(line.find(']') + 2));
  }
}

void StageDisplay::end_line(const std::string& mark, const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  at_work_ = false;
  terminal_.note(fmt::format("[{:2}/{}] {} {}  {}{}{}", number_, stages_, mark, title_,
                             base::format_duration(watch_.elapsed()), outcome.empty() ? "" : "  ", outcome));
}

void StageDisplay::done(const std::string& outcome) {
  end_line(terminal_.styled("done", "32", false), outcome);
}

void StageDisplay::failed() {
  end_line(terminal_.styled("failed", "1;31", false), "");
}

}  // namespace lucie::lab
