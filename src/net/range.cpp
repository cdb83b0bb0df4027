#include <charconv>
#include <ctime>
#include <fmt/format.h>
#include <optional>

#include "base/text.hpp"
#include "net/server.hpp"

namespace lucie::net {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

RangeAnswer last_bytes(std::uint64_t count, std::uint64_t size) {
  if (count == 0 || size == 0) return {.satisfiable = false};
  const std::uint64_t length = std::min(count, size);
  return {.partial = true, .range = {size - length, length}};
}

}  // namespace

RangeAnswer read_range(const std::string& header, std::uint64_t size) {
  const RangeAnswer whole{.range = {0, size}};
  const std::string_view text = base::trim(header);
  if (!text.starts_with("bytes=")) return whole;
  const std::string_view spec = base::trim(text.substr(6));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return whole;
  const auto first = number(spec.substr(0, dash));
  const auto last = number(spec.substr(dash + 1));
  if (dash == 0) return last ? last_bytes(*last, size) : whole;
  if (!first || (!last && dash + 1 != spec.size()) || (last && *last < *first)) return whole;
  if (*first >= size) return {.satisfiable = false};
  const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
  return {.partial = true, .range = {*first, end - *first + 1}};
}

std::string http_date(std::int64_t unix_seconds) {
  static const char* const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[parts.tm_wday], parts.tm_mday,
                     months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace lucie::net
