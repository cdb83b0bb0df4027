#include "agent/due.hpp"

#include <algorithm>

#include "base/digest.hpp"

namespace lucie::agent {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// The same for a host on every machine; unrelated for `purpose`s.
std::uint64_t place_of(const std::string& host, const std::string& purpose) {
  return std::stoull(base::sha256_hex(purpose + " " + host).substr(0, 15), nullptr, 16);
}

}  // namespace

bool is_due(const std::string& host, seconds interval, std::chrono::system_clock::time_point now) {
  const auto every = static_cast<std::uint64_t>(std::max<std::int64_t>(1, interval / minutes(1)));
  const auto minute =
      static_cast<std::uint64_t>(std::chrono::duration_cast<minutes>(now.time_since_epoch()).count());
  return minute % every == place_of(host, "minute") % every;
}

seconds delay_of(const std::string& host, seconds interval) {
  const auto most = static_cast<std::uint64_t>(std::clamp<std::int64_t>(interval.count() / 10, 1, 30));
  return seconds(place_of(host, "second") % most);
}

}  // namespace lucie::agent
