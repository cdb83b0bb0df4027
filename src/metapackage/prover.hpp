#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "metapackage/choices.hpp"
#include "metapackage/relations.hpp"

/// The work behind `prove`; only prove*.cpp include this.
namespace lucie::metapackage {

/// What a set of packages needs, with the base set.
struct Closure {
  bool installable = false;
  universe::NameSet names;                     ///< of its packages; when installable
  const universe::Closure* verdict = nullptr;  ///< null when one of the names is none
  std::optional<Fault> unreadable;             ///< then why
};

/// The names of "name", "name=version", "name (>= version)" or "a | b".
std::vector<std::string> bare_names(const std::string& wanted);

/// The packages that an LMP asks for in a target with these answers; a list whose question is not answered
/// counts. Sorted.
std::vector<std::string> packages_with(const Lmp& lmp, const std::string& target,
                                       const std::map<std::string, std::string>& answers);

/// Where an LMP's manifest asks for a package.
Position place_of(const Lmp& lmp, const std::string& target, const std::string& package);
/// Its first list for a target with this condition.
Position list_position(const Lmp& lmp, const std::string& target, const std::string& when);

/// A case of an LMP's lists among those of one target.
struct PlacedCase {
  const Lmp* lmp = nullptr;
  const ListCase* list = nullptr;
};

/// Some lists of one target that cannot be installed together.
struct ExclusiveSet {
  std::vector<PlacedCase> cases;
  std::vector<universe::Reason> reasons;
};

/// The lines that ask for what a chain begins with, then the chain.
std::vector<Evidence> chain_evidence(const std::vector<const Lmp*>& lmps, const std::string& target,
                                     const std::vector<universe::Reason>& reasons);

/// The lists of a target that can be installed alone, compared with each other.
struct Compared {
  std::vector<PlacedCase> cases;
  universe::ComparedPairs pairs;  ///< places among `cases`
};

/// Which answers of some LMPs exclude each other in one target, and why.
using Holding = std::map<Choices, std::vector<Evidence>>;

/// All ways in which the cases can hold together, as choices.
std::vector<Choices> choices_of(const std::vector<PlacedCase>& cases);

/// A conflict in words: the target (empty: all that the LMPs share), the condition and the evidence.
struct WordedConflict {
  std::string target, when;
  std::vector<Evidence> evidence;
};

class Prover {
 public:
  /// `collection` must be sorted by name and outlive the prover.
  Prover(const std::vector<Lmp>& collection, const Universes& universes);

  void prove_statements();            ///< what the authors declare
  void prove_paths();                 ///< rule 1
  void prove_servers();               ///< where lists say that their packages come from
  void prove_lists();                 ///< rule 5, and what each closure excludes
  void prove_pairs();                 ///< rule 2
  void prove_sets(std::size_t most);  ///< rule 2 for three LMPs and up to `most`; after the pairs
  void prove_needs(const std::filesystem::path& cache);  ///< rules 3 and 4
  void prove_order();                                    ///< no circle of dependencies

  Proof finish();

  /// The targets that count for an LMP: those it names, or, when it names none, those of the collection.
  const std::vector<std::string>& targets(const Lmp& lmp) const { return targets_.at(lmp.name); }
  universe::Universe& universe(const std::string& target);
  /// Solved once.
  const Closure& closure(const std::string& target, const std::vector<std::string>& packages);
  /// True when every node of the target has that package.
  bool in_base_set(const std::string& target, const std::string& package);
  Proof& proof() { return proof_; }

 private:
  Compared compare(const std::string& target);
  std::map<std::string, std::vector<ExclusiveSet>> exclusive_sets();
  /// What the answers to several questions of one or two LMPs exclude only together. Other targets are worked
  /// on meanwhile, so warnings of this one are gathered apart.
  std::vector<ExclusiveSet> prove_combinations(const std::string& target, const Compared& compared,
                                               std::vector<Fault>& warnings);
  bool all_installable(const std::string& target, const std::vector<std::vector<PlacedCase>>& sets);
  void warn_of_combination(const Lmp& lmp, const std::string& target, const ExclusiveSet& set);
  std::vector<WordedConflict> worded(const std::vector<const Lmp*>& lmps,
                                     const std::map<std::string, Holding>& by_target) const;
  std::vector<std::string> shared_targets(const std::vector<const Lmp*>& lmps) const;
  universe::Universe& opened(const std::string& target);

  void prepare_universes();
  void prove_list(const Lmp& lmp, const std::string& target, ListCase& list);
  /// The list that takes a package from a server, by target and package.
  using Origins = std::map<std::pair<std::string, std::string>, const PackageList*>;
  std::set<std::string> taken_elsewhere(const PackageList& list, const std::string& target, Origins& origins);
  /// `told`: packages of the list that have a fault already.
  void prove_server(const Lmp& lmp, const PackageList& list, const std::string& target,
                    const std::set<std::string>& told);
  void prove_nfsroot(const Lmp& lmp, const std::string& target);
  bool check_names(const Lmp& lmp, const std::string& target, const std::vector<std::string>& packages);

  using Key = std::pair<std::string, std::string>;  ///< LMP, target

  const std::vector<Lmp>& collection_;
  const Universes& universes_;
  std::map<std::string, std::vector<std::string>> targets_;
  std::map<Key, std::vector<ListCase>> cases_;
  std::map<Key, std::vector<std::string>> excluded_;
  std::map<std::string, std::map<std::vector<std::string>, Closure>> closures_;  ///< by target, then names
  std::map<std::string, universe::Universe*> opened_;                            ///< by target
  std::map<std::string, Compared> compared_;                                     ///< by target
  std::map<std::string, std::set<std::string>> base_sets_;
  Proof proof_;
};

}  // namespace lucie::metapackage
