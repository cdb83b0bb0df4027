#pragma once

#include "base/paths.hpp"
#include "base/reporter.hpp"
#include "setup/inputs.hpp"
#include "universe/pool.hpp"

namespace lucie::setup {

/// Proves the cluster whole, fetches its packages into the cache and the pools, and writes STATE/lock.json
/// last: until then the old lock stays. Warnings are appended to `warnings`. Throws FaultsError when the
/// cluster cannot be proved, EnvironmentError when something cannot be fetched.
universe::Lock lock_cluster(const base::Paths& paths, const Inputs& inputs, base::Reporter& reporter,
                            std::vector<Fault>& warnings);

}  // namespace lucie::setup
