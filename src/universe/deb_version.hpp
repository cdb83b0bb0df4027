#pragma once

#include <string>

namespace lucie::universe {

/// Below zero, 0 or above zero as the left version is older, the same or newer (deb-version(7)).
int compare_deb_versions(const std::string& left, const std::string& right);

}  // namespace lucie::universe
