#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace lucie::base {

using SystemTime = std::chrono::system_clock::time_point;

/// "2026-11-23T04:25:01Z" (RFC 3339, UTC, whole seconds).
std::string format_time(SystemTime time);

/// Reads what `format_time` writes. Throws lucie::Error on anything else.
SystemTime parse_time(std::string_view text);

/// "74 s", "2 min 5 s", "0.4 s" (tenths below ten seconds).
std::string format_duration(std::chrono::duration<double> duration);

/// The moment to stamp into what is built: SOURCE_DATE_EPOCH if it is set (reproducible-builds.org),
/// otherwise `fallback`. Throws lucie::Error if the variable is not a decimal number.
SystemTime build_time(SystemTime fallback);

/// Measures wall-clock time from its construction.
class Stopwatch {
 public:
  Stopwatch() : start_(std::chrono::steady_clock::now()) {}
  std::chrono::duration<double> elapsed() const { return std::chrono::steady_clock::now() - start_; }

 private:
  std::chrono::steady_clock::time_point start_;
};

}  // namespace lucie::base
