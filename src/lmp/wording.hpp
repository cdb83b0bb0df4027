#pragma once

#include <string>
#include <vector>

#include "metapackage/relations.hpp"

/// Relations and LMPs in words.
namespace lucie::lmp {

/// "5 LMPs, 1 conflict, no dependency".
std::string summarize(std::size_t lmps, const std::vector<metapackage::Relation>& relations);

/// All about one LMP.
std::string describe(const metapackage::Lmp& lmp);

}  // namespace lucie::lmp
