#include "lmp/commands/remarks.hpp"

namespace lucie::lmp {

void tell_remarks(const metapackage::Proof& proof, cli::Terminal& terminal) {
  if (!proof.warnings.empty()) terminal.faults(proof.warnings, "warning");
  if (terminal.verbose() && !proof.notes.empty()) terminal.faults(proof.notes, "note");
}

}  // namespace lucie::lmp
