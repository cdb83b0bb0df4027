#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metapackage/lmp.hpp"
#include "metapackage/script_cache.hpp"
#include "metapackage/shell_syntax.hpp"

namespace lucie::metapackage {

/// Shell texts that one run of shfmt reads together: starting it takes longer than a script does. As long as
/// a batch lives, `ShellText` finds their trees in it instead of starting shfmt for each; texts that cannot
/// be read together are not in it.
class ScriptBatch {
 public:
  /// The programs of these LMPs, and the commands that their agents and cron tables name.
  /// `cache`: what is remembered is not read.
  ScriptBatch(std::span<const Lmp> lmps, const ScriptCache& cache);
  ~ScriptBatch();
  ScriptBatch(const ScriptBatch&) = delete;
  ScriptBatch& operator=(const ScriptBatch&) = delete;

  /// The tree of a text in the batch that lives in this thread, if there is one and it has it.
  static std::optional<Json> tree(const std::string& text, const std::string& dialect);

 private:
  using Texts = std::vector<std::string>;
  void read(const std::string& dialect, const Texts& texts);

  std::map<std::pair<std::string, std::string>, Json> trees_;  ///< by dialect and text
};

/// The trees of several shell texts as each alone has them, from one run of shfmt. Nothing when they cannot
/// be read together: one has a fault, or does not end where it ends.
std::optional<std::vector<Json>> read_together(const std::vector<std::string>& texts,
                                               const std::string& dialect);

}  // namespace lucie::metapackage
