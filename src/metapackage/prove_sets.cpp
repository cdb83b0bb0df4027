#include <algorithm>
#include <numeric>

#include "metapackage/prover.hpp"
#include "metapackage/set_search.hpp"

namespace lucie::metapackage {
namespace {

using universe::ComparedPairs;

std::vector<const Lmp*> lmps_of(const ExclusiveSet& set) {
  std::vector<const Lmp*> lmps;
  for (const PlacedCase& one : set.cases) lmps.push_back(one.lmp);
  std::ranges::sort(lmps, {}, [](const Lmp* lmp) { return lmp->name; });
  return lmps;
}

}  // namespace

void Prover::prove_sets(std::size_t most) {
  if (most < 3) return;
  std::map<std::vector<const Lmp*>, std::map<std::string, Holding>> found;  // by target
  for (const auto& [target, compared] : compared_) {
    const auto solve = [&,
                        &of = target](const std::vector<std::string>& packages) -> const universe::Closure& {
      return *closure(of, packages).verdict;
    };
    SetSearch search(compared, solve, most);
    for (const ExclusiveSet& set : search.find()) {
      const std::vector<const Lmp*> lmps = lmps_of(set);
      const std::vector<Evidence> evidence = chain_evidence(lmps, target, set.reasons);
      for (Choices& choices : choices_of(set.cases))
        found[lmps][target].emplace(std::move(choices), evidence);
    }
    if (search.complete()) continue;
    proof_.warnings.push_back(
        {{},
         "not all sets of LMPs were tried in " + target + ": too many of them nearly exclude each other",
         "prove the host's own services with 'lucie-setup check'"});
  }
  for (const auto& [lmps, by_target] : found) {
    LmpSet set;
    for (const Lmp* lmp : lmps) set.lmps.push_back(lmp->name);
    for (const WordedConflict& conflict : worded(lmps, by_target)) {
      set.target = conflict.target;
      set.when = conflict.when;
      set.evidence = conflict.evidence;
      proof_.sets.push_back(set);
    }
  }
  std::ranges::sort(proof_.sets, {},
                    [](const LmpSet& set) { return std::tie(set.lmps, set.target, set.when); });
}

}  // namespace lucie::metapackage
