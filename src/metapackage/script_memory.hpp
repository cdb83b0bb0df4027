#pragma once

#include "base/memory.hpp"
#include "metapackage/script_uses.hpp"

namespace lucie::metapackage {

/// What programs do, by their text, as it was read in earlier runs by this Lucie with this shfmt.
class ScriptMemory {
 public:
  /// `cache`: LUCIE_CACHE, or empty: nothing is remembered.
  explicit ScriptMemory(const std::filesystem::path& cache);

  /// As `program_uses`, which is asked when it is not known. Programs with faults are read each time.
  std::vector<Use> uses(const std::string& text, const std::string& file, Place place,
                        std::vector<Fault>& faults, std::vector<Unknown>& unknown);
  /// True when `uses` will not read it.
  bool knows(const std::string& text) const;
  void save() { memory_.save(); }

 private:
  base::Memory memory_;
};

}  // namespace lucie::metapackage
