#pragma once

#include <string>
#include <vector>

#include "metapackage/relations.hpp"

/// Relations and LMPs in words.
namespace lucie::lmp {

/// The relation and, indented below it, its evidence:
///
///     time-chrony conflicts with time-ntpsec: their packages cannot be installed together (rule 2)
///       lmps/time-chrony/lmp.conf:12: time-chrony asks for chrony
///       chrony conflicts with time-daemon, which ntpsec provides
std::string describe(const metapackage::Relation& relation);

/// "5 LMPs, 1 conflict, no dependency".
std::string summarize(std::size_t lmps, const std::vector<metapackage::Relation>& relations);

/// All about one LMP.
std::string describe(const metapackage::Lmp& lmp);

}  // namespace lucie::lmp
