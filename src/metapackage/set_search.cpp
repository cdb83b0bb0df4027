#include "metapackage/set_search.hpp"

#include <algorithm>

namespace lucie::metapackage {

SetSearch::SetSearch(const Compared& compared, Solve solve, std::size_t most)
    : compared_(compared), solve_(std::move(solve)), most_(most) {
  for (const universe::ExclusivePair& pair : compared.pairs.exclusive)
    exclusive_.emplace(pair.left, pair.right);
}

/// Of one LMP one case is enough: its choices are proved by themselves.
bool SetSearch::can_meet(std::size_t left, std::size_t right) const {
  return compared_.cases[left].lmp != compared_.cases[right].lmp &&
         !exclusive_.contains(std::minmax(left, right));
}

bool SetSearch::meets_all(std::size_t place, const Places& others) const {
  return std::ranges::all_of(others, [&](std::size_t other) { return can_meet(place, other); });
}

/// In each group all can meet, and each is as large as it can be; every candidate is in one.
std::vector<SetSearch::Places> SetSearch::groups(const Places& candidates) const {
  std::vector<Places> cut;
  for (const std::size_t candidate : candidates) {
    const auto group =
        std::ranges::find_if(cut, [&](const Places& members) { return meets_all(candidate, members); });
    if (group == cut.end()) {
      cut.push_back({candidate});
    } else {
      group->push_back(candidate);
    }
  }
  for (Places& group : cut) {
    for (const std::size_t candidate : candidates) {
      if (meets_all(candidate, group)) group.push_back(candidate);
    }
    std::ranges::sort(group);
  }
  return cut;
}

std::vector<ExclusiveSet> SetSearch::find() {
  for (const auto& [left, right] : compared_.pairs.contested) {
    if (!can_meet(left, right)) continue;
    Places candidates;
    for (std::size_t place = 0; place < compared_.cases.size(); ++place) {
      if (meets_all(place, {left, right})) candidates.push_back(place);
    }
    search({left, right}, candidates);
  }
  std::vector<ExclusiveSet> sets;
  for (const Places& places : found_) {
    ExclusiveSet set;
    for (const std::size_t place : places) set.cases.push_back(compared_.cases[place]);
    set.reasons = closure(places).reasons;
    sets.push_back(std::move(set));
  }
  return sets;
}

/// Looks for sets with `fixed` and some of the candidates, each of which can meet all that is fixed.
void SetSearch::search(const Places& fixed, const Places& candidates) {
  if (candidates.empty() || fixed.size() >= most_ || !complete()) return;
  const std::vector<Places> cut = groups(candidates);
  for (const Places& group : cut) explore(fixed, group);
  if (fixed.size() + 2 > most_) return;
  for (const std::size_t member : candidates) {  // with those that are in no group with it
    Places others;
    for (const std::size_t other : candidates) {
      const bool together = std::ranges::any_of(cut, [&](const Places& group) {
        return std::ranges::binary_search(group, member) && std::ranges::binary_search(group, other);
      });
      if (other > member && !together && can_meet(member, other)) others.push_back(other);
    }
    if (others.empty()) continue;
    Places more = fixed, rest;
    more.insert(std::ranges::upper_bound(more, member), member);
    std::ranges::copy_if(candidates, std::back_inserter(rest),
                         [&](std::size_t place) { return can_meet(member, place); });
    search(more, rest);
  }
}

void SetSearch::explore(const Places& fixed, const Places& group) {
  Places together = fixed;
  together.insert(together.end(), group.begin(), group.end());
  std::ranges::sort(together);
  if (!complete() || !explored_.insert(together).second || fits(together)) return;
  const Places core = smallest(together);
  if (core.size() <= most_) found_.insert(core);
  for (const std::size_t member : core) {  // other sets lack one of these
    if (std::ranges::binary_search(fixed, member)) continue;
    Places without = group;
    std::erase(without, member);
    if (!without.empty()) explore(fixed, without);
  }
}

const universe::Closure& SetSearch::closure(const Places& places) {
  std::set<std::string> packages;
  for (const std::size_t place : places) {
    const auto& of_case = compared_.cases[place].list->packages;
    packages.insert(of_case.begin(), of_case.end());
  }
  return solve_({packages.begin(), packages.end()});
}

bool SetSearch::fits(const Places& places) {
  const bool known = std::ranges::any_of(
      fitting_, [&](const Places& fitting) { return std::ranges::includes(fitting, places); });
  if (known) return true;
  ++questions_;
  if (!closure(places).installable) return false;
  std::erase_if(fitting_, [&](const Places& fitting) { return std::ranges::includes(places, fitting); });
  fitting_.push_back(places);
  return true;
}

SetSearch::Places SetSearch::named_in(const std::vector<universe::Reason>& reasons,
                                      const Places& places) const {
  Places named;
  for (const std::size_t place : places) {
    const auto& packages = compared_.cases[place].list->packages;
    const bool asks = std::ranges::any_of(reasons, [&](const universe::Reason& reason) {
      return reason.kind == universe::Reason::Kind::requested &&
             std::ranges::count(packages, reason.dependency) > 0;
    });
    if (asks) named.push_back(place);
  }
  return named;
}

/// Of lists that do not fit together, a part that does not, but would without any one of it.
SetSearch::Places SetSearch::smallest(Places places) {
  Places named = named_in(closure(places).reasons, places);
  if (!fits(named)) places = std::move(named);
  for (std::size_t at = 0; at < places.size();) {
    Places without = places;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
    if (fits(without)) {
      ++at;
    } else {
      places = std::move(without);
    }
  }
  return places;
}

}  // namespace lucie::metapackage
