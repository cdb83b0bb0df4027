#pragma once

#include <string>

#include "lab/quickstart/journey.hpp"

namespace lucie::lab {

/// Names Lucie's own packages by what goes into them: what the build installs, by content and by place, and
/// how packaging/debian packs it. The same key gives the same packages.
std::string own_packages_key(const JourneyOptions& options);

/// Puts Lucie's own packages into journey.debs(): from the cache when it has those of this key, else
/// packaging/build-debs makes them. The cache keeps those of two keys.
void provide_own_packages(Journey& journey);

}  // namespace lucie::lab
