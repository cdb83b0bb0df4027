#include "installer/modules/install/apt_status.hpp"

#include <algorithm>
#include <cstdlib>

namespace lucie::installer {

std::optional<AptStatus> read_apt_status(std::string_view line) {
  const bool fetching = line.starts_with("dlstatus:");
  if (!fetching && !line.starts_with("pmstatus:")) return {};
  // The package's name may hold a colon (libc6:amd64), so the percentage is found as the first field that is
  // a number with a point.
  for (auto start = line.find(':'); start != std::string_view::npos; start = line.find(':', start + 1)) {
    const std::string rest(line.substr(start + 1));
    char* end = nullptr;
    const double percent = std::strtod(rest.c_str(), &end);
    const bool number =
        end != rest.c_str() && *end == ':' &&
        rest.substr(0, static_cast<std::size_t>(end - rest.c_str())).find('.') != std::string::npos;
    if (!number) continue;
    const double fraction = std::clamp(percent / 100, 0.0, 1.0);
    return AptStatus{fetching ? fraction / 4 : 0.25 + fraction * 0.75, std::string(end + 1)};
  }
  return {};
}

}  // namespace lucie::installer
