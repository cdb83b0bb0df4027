#pragma once

#include <vector>

#include "base/error.hpp"
#include "config/cluster.hpp"

namespace lucie::setup {

/// What the definition language knows but no program does yet: warnings, so that nobody waits for it.
std::vector<Fault> not_yet_done(const config::Cluster& cluster);

}  // namespace lucie::setup
