#pragma once

#include <filesystem>

#include "universe/universe.hpp"

namespace lucie::universe {

/// Where a package lies in the cache once it was fetched: CACHE/packages/xx/SHA256.deb. Throws lucie::Error
/// when its hash is not known.
std::filesystem::path cached_package(const std::filesystem::path& cache, const Package& package);

}  // namespace lucie::universe
