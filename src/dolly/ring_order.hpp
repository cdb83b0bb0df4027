#pragma once

#include <filesystem>
#include <vector>

#include "dolly/offer.hpp"

namespace lucie::dolly {

/// The nodes in the order in which a file names them: names and ranges, a line or several, with comments
/// behind `#`. Lines are switches or racks, for people: the ring goes through one after the other. Nodes that
/// it does not name come last, in their own order; names that are no node's do not count. Numbers are given
/// anew. Throws lucie::Error with the place of a name that is there twice, or cannot be read.
std::vector<RingNode> in_order_of(const std::filesystem::path& file, const std::vector<RingNode>& nodes);

}  // namespace lucie::dolly
