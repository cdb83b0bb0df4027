#include "installer/telling.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace lucie::installer {

Telling::Telling(Messenger& messenger, std::string host, base::Reporter& console, bool show_logs)
    : messenger_(messenger), host_(std::move(host)), console_(console), show_logs_(show_logs) {}

wire::Event Telling::event(const std::string& kind, const std::string& module) const {
  wire::Event event;
  event.node = host_;
  event.kind = kind;
  event.module = module;
  return event;
}

void Telling::started(const std::string& message) {
  wire::Event started = event("started");
  started.message = message;
  messenger_.tell(std::move(started));
  console_.note(fmt::format("{}: {}", host_, message));
}

void Telling::finished() {
  wire::Event finished = event("finished");
  finished.fraction = 1;
  finished.seconds = watch_.elapsed().count();
  messenger_.tell(std::move(finished));
  console_.note(fmt::format("{}: finished after {}", host_, base::format_duration(watch_.elapsed())));
}

void Telling::failed(const std::string& why, const std::string& module) {
  wire::Event failed = event("failed", module);
  failed.message = why;
  failed.seconds = watch_.elapsed().count();
  messenger_.tell(std::move(failed));
}

void Telling::module_started(const std::string& module) {
  messenger_.tell(event("module_started", module));
  console_.note(fmt::format("{}: started", module));
}

void Telling::module_line(const std::string& module, std::string_view line) {
  messenger_.log(module, line);
  if (show_logs_) console_.note(fmt::format("{}: {}", module, base::escape_control(line)));
}

/// At most one event a second: a thousand nodes tell theirs to one server.
void Telling::progress(const std::string& module, double fraction, const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    const bool worth = fraction >= told_fraction_ + 0.01 && told_.elapsed() >= std::chrono::seconds(1);
    if (!worth) return;
    told_fraction_ = fraction;
    told_ = base::Stopwatch();
  }
  wire::Event progress = event("progress", module);
  progress.fraction = fraction;
  progress.message = message;
  messenger_.tell(std::move(progress));
}

void Telling::module_done(const std::string& module, std::chrono::duration<double> took) {
  wire::Event done = event("module_done", module);
  done.seconds = took.count();
  messenger_.tell(std::move(done));
  console_.note(fmt::format("{}: done in {}", module, base::format_duration(took)));
}

void Telling::module_failed(const Failure& failure, bool tried_again) {
  wire::Event failed = event("module_failed", failure.module);
  failed.message = tried_again ? failure.why + "\n(tried again)" : failure.why;
  messenger_.tell(std::move(failed));
  console_.warning(
      fmt::format("{}{}: {}", failure.module, tried_again ? " (is tried again)" : " failed", failure.why));
}

}  // namespace lucie::installer
