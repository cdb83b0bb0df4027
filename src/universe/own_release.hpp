#pragma once

#include <string>

namespace lucie::universe {

/// This machine's distribution release, from os-release(5).
struct OwnRelease {
  std::string target;    ///< "debian-12"
  std::string codename;  ///< "bookworm"; empty when it has none
};

OwnRelease own_release();

}  // namespace lucie::universe
