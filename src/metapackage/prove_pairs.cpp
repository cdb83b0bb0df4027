#include <algorithm>
#include <set>
#include <span>

#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

/// A list that can be installed alone, with whose it is.
struct Item {
  const Lmp* lmp;
  const std::vector<std::string>* packages;
};

/// Finds the pairs of lists that exclude each other without asking about each pair: what can be installed all
/// together holds no such pair, so only halves that cannot are looked into.
class PairFinder {
 public:
  explicit PairFinder(const universe::Universe& universe) : universe_(universe) {}

  void within(std::span<const Item> items) {
    if (items.size() < 2) return;
    const auto left = items.first(items.size() / 2), right = items.subspan(items.size() / 2);
    if (fit(left, right)) return;
    within(left);
    within(right);
    between(left, right);
  }

  std::set<std::pair<const Lmp*, const Lmp*>> found;

 private:
  void between(std::span<const Item> left, std::span<const Item> right) {
    if (left.empty() || right.empty()) return;
    const bool single = left.size() == 1 && right.size() == 1;
    if (single && left.front().lmp == right.front().lmp) return;  // two answers of one LMP
    if (fit(left, right)) return;
    if (single) {
      found.emplace(left.front().lmp, right.front().lmp);
    } else if (left.size() >= right.size()) {
      between(left.first(left.size() / 2), right);
      between(left.subspan(left.size() / 2), right);
    } else {
      between(left, right.first(right.size() / 2));
      between(left, right.subspan(right.size() / 2));
    }
  }

  static std::vector<std::string> all_packages(std::span<const Item> items) {
    std::set<std::string> packages;
    for (const Item& item : items) packages.insert(item.packages->begin(), item.packages->end());
    return {packages.begin(), packages.end()};
  }

  bool fit(std::span<const Item> left, std::span<const Item> right) const {
    return universe_.solve_pair(all_packages(left), all_packages(right)).installable;
  }

  const universe::Universe& universe_;
};

}  // namespace

void Prover::prove_pairs() {
  std::map<std::string, std::vector<Item>> items;
  std::map<std::string, std::vector<std::vector<std::string>>> roots;
  for (const Lmp& lmp : collection_) {
    for (const std::string& target : targets(lmp)) {
      const auto cases = cases_.find({lmp.name, target});
      if (cases == cases_.end()) continue;
      for (const ListCase& list : cases->second) {
        if (!list.installable) continue;
        items[target].push_back({&lmp, &list.packages});
        roots[target].push_back(list.packages);
      }
    }
  }
  std::set<std::pair<const Lmp*, const Lmp*>> pairs;
  for (const auto& [target, of_target] : items) {
    if (of_target.size() < 2) continue;
    universe(target).prepare_pairs(roots.at(target));
    PairFinder finder(universe(target));
    finder.within(of_target);
    pairs.insert(finder.found.begin(), finder.found.end());
  }
  for (const auto& [left, right] : pairs) prove_pair(*left, *right);
}

}  // namespace lucie::metapackage
