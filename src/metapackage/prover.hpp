#pragma once

#include <map>
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

class Prover {
 public:
  /// `collection` must be sorted by name and outlive the prover.
  Prover(const std::vector<Lmp>& collection, const Universes& universes);

  void prove_statements();  ///< what the authors declare
  void prove_paths();       ///< rule 1
  void prove_lists();       ///< rule 5, and what each closure excludes
  void prove_pairs();       ///< rule 2

  Proof finish();

 private:
  /// The targets that count for an LMP: those it names, or, when it names none, those of the collection.
  const std::vector<std::string>& targets(const Lmp& lmp) const { return targets_.at(lmp.name); }
  std::vector<std::string> shared_targets(const Lmp& left, const Lmp& right) const;
  universe::Universe& universe(const std::string& target);
  universe::Universe& opened(const std::string& target);

  void prove_list(const Lmp& lmp, const std::string& target, ListCase& list);
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
  Proof proof_;
};

}  // namespace lucie::metapackage
