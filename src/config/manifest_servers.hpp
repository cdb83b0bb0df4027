#pragma once

#include <vector>

#include "config/block.hpp"
#include "config/cluster.hpp"

namespace lucie::config {

/// The package servers that an LMP's manifest defines.
std::vector<PackageServer> read_manifest_servers(const std::vector<Block>& blocks,
                                                 std::vector<Fault>& faults);

}  // namespace lucie::config
