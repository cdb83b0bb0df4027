#include "base/clock.hpp"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::base {

std::string format_time(SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts);
}

SystemTime parse_time(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* end = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  // A SystemTime begins in 1677 and ends in 2262.
  if (end == nullptr || *end != '\0' || parts.tm_year < 1678 - 1900 || parts.tm_year > 2261 - 1900)
    throw Error(fmt::format("'{}' is not a time like 2026-01-31T12:00:00Z", text));
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string format_duration(std::chrono::duration<double> duration) {
  const double seconds = duration.count();
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

SystemTime build_time(SystemTime fallback) {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr || *text == '\0') return fallback;
  const std::string_view digits(text);
  constexpr auto latest =
      std::chrono::floor<std::chrono::seconds>(SystemTime::max()).time_since_epoch().count();
  long long seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() || seconds < 0 || seconds > latest) {
    throw Error(fmt::format("SOURCE_DATE_EPOCH is '{}', not a number of seconds", digits));
  }
  return SystemTime(std::chrono::seconds(seconds));
}

}  // namespace lucie::base
