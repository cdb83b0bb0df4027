#pragma once

#include <vector>

#include "config/cluster.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::setup {

/// Watches that would never do anything: warnings about agents that no LMP has, and about recoveries that
/// none of their agents has.
std::vector<Fault> idle_watches(const config::Cluster& cluster,
                                const std::vector<const metapackage::Lmp*>& lmps);

}  // namespace lucie::setup
