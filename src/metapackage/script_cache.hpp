#pragma once

#include "base/answer_cache.hpp"
#include "metapackage/script_uses.hpp"

namespace lucie::metapackage {

/// What programs do, by their text, as it was read in earlier runs by this Lucie with this shfmt.
class ScriptCache {
 public:
  /// `cache`: LUCIE_CACHE, or empty: nothing is remembered.
  explicit ScriptCache(const std::filesystem::path& cache);

  /// As `program_uses`, which is asked when it is not known. Programs with faults are read each time.
  std::vector<Use> uses(const std::string& text, const std::string& file, Place place,
                        std::vector<Fault>& faults, std::vector<Unknown>& unknown);
  /// True when `uses` will not read it.
  bool knows(const std::string& text) const;
  void save() { cache_.save(); }

 private:
  base::AnswerCache cache_;
};

}  // namespace lucie::metapackage
