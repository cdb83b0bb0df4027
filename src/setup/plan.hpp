#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "setup/design.hpp"

namespace lucie::setup {

/// One thing that `apply` would change.
struct Change {
  std::string kind;    ///< "host", "lmp", "installer", "cluster", "pool", "image", "file"
  std::string name;    ///< host, LMP, path, …
  std::string action;  ///< "add", "change", "remove", "build", "use"
  std::string detail;  ///< in words; may be empty
  std::string diff;    ///< of files: unified
};

/// What differs between the design and what is deployed, in the order in which it is applied.
/// `diffs`: also the unified differences of files (by the program diff).
std::vector<Change> plan(const base::Paths& paths, const Design& design, bool diffs);

/// {"version":1,"changes":[{"kind","name","action","detail"}]}; with `diff` where there is one.
std::string to_json(const std::vector<Change>& changes);

/// What two compiled clusters are compared by: what was designed, or also the hashes of what was built.
enum class Compare { designed, built };

/// True when both mean the same; version and moment are left aside.
bool same_cluster(config::Compiled left, config::Compiled right, Compare by);

/// The compiled cluster in force, or nothing.
std::optional<config::Compiled> current_cluster(const base::Paths& paths);

}  // namespace lucie::setup
