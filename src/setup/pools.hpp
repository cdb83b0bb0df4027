#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "base/reporter.hpp"
#include "universe/pool.hpp"

namespace lucie::setup {

/// A lock as it is kept for as long as a compiled cluster stands on it: STATE/cluster/locks/HASH.json.
std::filesystem::path kept_lock(const base::Paths& paths, const std::string& hash);

/// The lock of the cluster in force; an empty one when nothing is deployed.
universe::Lock deployed_lock(const base::Paths& paths);

/// What the pools should hold, by target: the packages of `lock`, and those of the cluster in force as long
/// as nodes may ask for them.
std::map<std::string, std::vector<universe::Package>> pool_contents(const base::Paths& paths,
                                                                    const universe::Lock& lock);

/// Fetches what is missing and writes the pools that are not as they should be.
void fill_pools(const base::Paths& paths, const universe::Lock& lock, base::Reporter& reporter);

}  // namespace lucie::setup
