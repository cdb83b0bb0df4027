#pragma once

#include <string>
#include <vector>

#include "metapackage/relations.hpp"

/// Relations as a person reads them.
namespace lucie::metapackage {

/// The relation and, indented below it, the chain that leads to it: places in files, rules of the solver.
///
///     time-chrony conflicts with time-ntpsec: their packages cannot be installed together (rule 2)
///       lmps/time-chrony/lmp.conf:12: time-chrony asks for chrony
///       chrony 4.3-2 conflicts with time-daemon, provided by ntpsec 1.2.2
std::string describe(const Relation& relation);
/// The same of a set.
std::string describe(const LmpSet& set);

/// The package's document /usr/share/doc/lmp-NAME/relations: the relations that name the LMP, each with its
/// chain, and the universes that they were proved against. File names are written as LMP/PATH.
std::string relations_document(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection);

}  // namespace lucie::metapackage
