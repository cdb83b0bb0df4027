#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "metapackage/relations.hpp"

/// The work behind `prove`; only prove*.cpp include this.
namespace lucie::metapackage {

/// What an LMP asks for when a condition on its answers holds; `when` empty: always.
struct ListCase {
  std::string when;
  std::vector<std::string> packages;  ///< sorted; with those asked for always
  bool installable = false;
};

/// What a set of packages needs, with the base set.
struct Closure {
  universe::Verdict verdict;
  bool installable = false;
  std::set<std::string> names;      ///< of its packages; when installable
  std::optional<Fault> unreadable;  ///< one of the names is none
};

/// The names of "name", "name=version", "name (>= version)" or "a | b".
std::vector<std::string> bare_names(const std::string& wanted);

/// The packages that an LMP asks for in a target with these answers; a list whose question is not answered
/// counts. Sorted.
std::vector<std::string> packages_with(const Lmp& lmp, const std::string& target,
                                       const std::map<std::string, std::string>& answers);

class Prover {
 public:
  /// `collection` must be sorted by name and outlive the prover.
  Prover(const std::vector<Lmp>& collection, const Universes& universes);

  void prove_statements();  ///< what the authors declare
  void prove_paths();       ///< rule 1
  void prove_servers();     ///< where lists say that their packages come from
  void prove_lists();       ///< rule 5, and what each closure excludes
  void prove_pairs();       ///< rule 2
  void prove_needs();       ///< rules 3 and 4
  void prove_order();       ///< no circle of dependencies

  Proof finish();

  /// The targets that count for an LMP: those it names, or, when it names none, those of the collection.
  const std::vector<std::string>& targets(const Lmp& lmp) const { return targets_.at(lmp.name); }
  universe::Universe& universe(const std::string& target);
  /// Solved once.
  const Closure& closure(const std::string& target, const std::vector<std::string>& packages);
  Proof& proof() { return proof_; }

 private:
  std::vector<std::string> shared_targets(const Lmp& left, const Lmp& right) const;
  universe::Universe& opened(const std::string& target);

  void prove_list(const Lmp& lmp, const std::string& target, ListCase& list);
  /// The list that takes a package from a server, by target and package.
  using Origins = std::map<std::pair<std::string, std::string>, const PackageList*>;
  std::set<std::string> taken_elsewhere(const PackageList& list, const std::string& target, Origins& origins);
  /// `told`: packages of the list that have a fault already.
  void prove_server(const Lmp& lmp, const PackageList& list, const std::string& target,
                    const std::set<std::string>& told);
  void prove_nfsroot(const Lmp& lmp, const std::string& target);
  bool check_names(const Lmp& lmp, const std::string& target, const std::vector<std::string>& packages);
  void find_excluded(const Lmp& lmp, const std::string& target, const universe::Verdict& verdict);
  void prove_pair(const Lmp& left, const Lmp& right);

  using Key = std::pair<std::string, std::string>;  ///< LMP, target

  const std::vector<Lmp>& collection_;
  const Universes& universes_;
  std::map<std::string, std::vector<std::string>> targets_;
  std::map<Key, std::vector<ListCase>> cases_;
  std::map<Key, std::vector<std::string>> excluded_;
  std::map<std::pair<std::string, std::vector<std::string>>, Closure> closures_;  ///< by target and names
  Proof proof_;
};

}  // namespace lucie::metapackage
