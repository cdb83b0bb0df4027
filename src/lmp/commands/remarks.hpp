#pragma once

#include "cli/program.hpp"
#include "metapackage/relations.hpp"

namespace lucie::lmp {

/// Tells the warnings of a proof and, with --verbose, its notes.
void tell_remarks(const metapackage::Proof& proof, cli::Terminal& terminal);

}  // namespace lucie::lmp
