#pragma once

#include <functional>
#include <set>
#include <vector>

#include "metapackage/prover.hpp"

namespace lucie::metapackage {

/// Finds the smallest sets of LMPs that fit two by two but not together. Such a set holds two lists that fit
/// only when chosen otherwise than alone (universe::ComparedPairs::contested); from each of these on, all
/// that goes with both is asked about at once, and what the solver's reasons name is made smaller until
/// nothing can be left out of it.
class SetSearch {
 public:
  using Solve = std::function<const universe::Closure&(const std::vector<std::string>& packages)>;
  /// `most`: LMPs in a set.
  SetSearch(const Compared& compared, Solve solve, std::size_t most);

  std::vector<ExclusiveSet> find();
  /// False when the search was given up before its end.
  bool complete() const { return questions_ < most_questions; }

 private:
  using Places = std::vector<std::size_t>;  ///< among the cases; sorted
  static constexpr std::size_t most_questions = 20000;

  bool can_meet(std::size_t left, std::size_t right) const;
  bool meets_all(std::size_t place, const Places& others) const;
  std::vector<Places> groups(const Places& candidates) const;
  void search(const Places& fixed, const Places& candidates);
  void explore(const Places& fixed, const Places& group);
  const universe::Closure& closure(const Places& places);
  bool fits(const Places& places);
  Places named_in(const std::vector<universe::Reason>& reasons, const Places& places) const;
  Places smallest(Places places);

  const Compared& compared_;
  Solve solve_;
  std::size_t most_;
  std::set<std::pair<std::size_t, std::size_t>> exclusive_;
  std::vector<Places> fitting_;  ///< sets that are known to fit; none is in another
  std::set<Places> explored_, found_;
  std::size_t questions_ = 0;
};

}  // namespace lucie::metapackage
