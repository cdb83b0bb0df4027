#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metapackage/lmp.hpp"
#include "universe/universe.hpp"

namespace lucie::metapackage {

/// One reason for a relation: a place in a file, or a solver's rule (file empty, line 0).
struct Evidence {
  std::string file;
  int line = 0;
  std::string text;
  std::optional<universe::Reason> solver{};  ///< the solver's rule
};

/// A generated relation between two LMPs (names without `lmp-`). In a conflict `from` < `to`.
struct Relation {
  enum class Kind { conflict, depends };
  Kind kind = Kind::conflict;
  std::string from, to;  ///< depends: `to` may be "a | b"
  std::string target;    ///< empty: every target the two share
  std::string when;      ///< the answer it holds for; empty: every answer
  int rule = 0;          ///< 1 to 5, as in the manual page lmp-relations(7); 0: the author declared it
  std::vector<Evidence> evidence;
};

/// What the lists of LMPs say about where packages of a target come from: servers that the LMPs bring (those
/// that the administrator defines under the same name win), and the server of each package that one is named
/// for. For universe::OpenOptions.
struct PackageOrigins {
  std::vector<config::PackageServer> servers;
  std::map<std::string, std::string> origins;
};
PackageOrigins package_origins(const std::vector<Lmp>& lmps, const std::string& target);

/// The universe of a target, opened when it is first asked for.
using Universes = std::function<universe::Universe&(const std::string& target)>;

/// LMPs that fit two by two but cannot be installed all together; nothing can be left out of them.
struct LmpSet {
  std::vector<std::string> lmps;  ///< names, sorted; three or more
  std::string target;             ///< empty: every target that they share
  std::string when;               ///< the answers it holds for; empty: every answer
  std::vector<Evidence> evidence;
};

struct ProveOptions {
  std::size_t sets = 0;  ///< look for sets of up to that many LMPs; below 3: for none
  /// LUCIE_CACHE, where it is remembered what scripts do; empty: they are read, and nothing is kept.
  std::filesystem::path cache;
};

struct Proof {
  std::vector<Relation> relations;  ///< sorted
  std::vector<LmpSet> sets;         ///< sorted; when they were asked for
  std::vector<Fault> faults;        ///< rules 4 and 5, unknown packages, circles
  std::vector<Fault> warnings;      ///< what could not be proved
  std::vector<Fault> notes;         ///< what scripts use and nothing owns, and what nobody can tell of them
  std::map<std::string, std::string> identities;  ///< universe identity by target
  /// Packages that an LMP's closure excludes in every one of its targets, by LMP.
  std::map<std::string, std::vector<std::string>> excluded;
};

/// Works out how the LMPs of a collection need and exclude each other.
Proof prove(const std::vector<Lmp>& collection, const Universes& universes, const ProveOptions& options = {});

/// The LMPs of a service set with those they depend on, in the order in which their scripts run. Faults when
/// a service has no LMP (with the nearest name), two conflict, or the order runs in a circle. `relations`:
/// those that hold for the services' target and answers (`relations_that_hold`); a conflict that holds for
/// one answer only is left to the caller.
std::vector<std::string> order_lmps(const std::vector<std::string>& services, const std::vector<Lmp>& lmps,
                                    const std::vector<Relation>& relations, std::vector<Fault>& faults);

}  // namespace lucie::metapackage
