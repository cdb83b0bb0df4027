#include "accepting.hpp"
#include "metapackage/script_uses.hpp"

using namespace lucie;

/// A script of an LMP, read by shfmt, and what we make of its tree.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = "#!/bin/bash\n" + fuzz::text_of(bytes, size);
  for (const auto place : {metapackage::Place::node, metapackage::Place::installer}) {
    std::vector<Fault> faults;
    std::vector<metapackage::Unknown> unknown;
    for (const metapackage::Use& use :
         metapackage::program_uses(text, "scripts/50-fuzz", place, faults, unknown)) {
      fuzz::demand(!use.name.empty() && use.position.line > 0, "what is used has a name and a place");
      metapackage::in_words(use.deed);
    }
    fuzz::demand_shown(faults);
  }
  return 0;
}
