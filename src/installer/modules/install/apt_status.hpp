#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lucie::installer {

/// A line of apt's status output (APT::Status-Fd): `dlstatus:1:20.5:Retrieving…`, `pmstatus:pkg:55.5:text`.
/// `fraction` is of the whole run, fetching taken as the first quarter.
struct AptStatus {
  double fraction;
  std::string text;
};
std::optional<AptStatus> read_apt_status(std::string_view line);

}  // namespace lucie::installer
