#include "universe/exclusive.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "universe/bit_matrix.hpp"
#include "universe/forced.hpp"

namespace lucie::universe {
namespace {

using Places = std::vector<std::size_t>;
using ItemPair = std::pair<std::size_t, std::size_t>;

/// Why two items exclude each other: rules that are forced, or what the solver said of them alone.
struct Clash {
  std::size_t steps = 0;  ///< dependencies between the items and the packages that exclude each other
  std::vector<Rule> rules;
  std::vector<Reason> reasons;
};

class ExclusiveFinder {
 public:
  ExclusiveFinder(const PackagePool& pool, const std::vector<WantedList>& lists)
      : pool_(pool), lists_(lists), suspect_(lists.size()), clash_(lists.size()), proven_(lists.size()) {
    for (std::size_t list = 0; list < lists.size(); ++list) {
      Places items;
      for (const std::string& name : lists[list].names) items.push_back(item(name, list));
      items_of_.push_back(std::move(items));
    }
  }

  ComparedPairs find(const std::vector<std::vector<Id>>& closures) {
    suspect(closures);
    find_forced();
    for (std::size_t list = 0; list < lists_.size(); ++list) ask(list);
    ComparedPairs found;
    for (std::size_t left = 0; left < lists_.size(); ++left) {
      suspect_.each(left, [&](std::size_t right) {
        if (right <= left || !compared(left, right)) return;
        if (clash_.at(left, right)) {
          found.exclusive.push_back({left, right, reasons(left, right)});
        } else {
          found.contested.emplace_back(left, right);
        }
      });
    }
    return found;
  }

 private:
  std::size_t item(const std::string& name, std::size_t list) {
    const auto [place, fresh] = items_.emplace(name, items_.size());
    if (fresh) {
      names_.push_back(name);
      wanted_.push_back(parse_wanted(pool_.get(), name));
      as_told_.emplace(pool_.text(wanted_.back()), place->second);
      lists_with_.emplace_back();
    }
    lists_with_[place->second].push_back(list);
    return place->second;
  }

  bool compared(std::size_t left, std::size_t right) const {
    const WantedList &one = lists_[left], &other = lists_[right];
    return one.owner != other.owner || (one.choice != 0 && other.choice != 0 && one.choice != other.choice);
  }
  bool can_meet(std::size_t left, std::size_t right) const {
    return !clash_.at(left, right) && (compared(left, right) || lists_[left].choice != lists_[right].choice);
  }

  /// Marks the pairs whose closures hold packages that exclude each other.
  void suspect(const std::vector<std::vector<Id>>& closures) {
    std::map<Id, Places> lists_by_package;
    for (std::size_t list = 0; list < closures.size(); ++list)
      for (const Id package : closures[list]) lists_by_package[package].push_back(list);
    std::vector<Id> packages;
    for (const auto& [package, lists] : lists_by_package) packages.push_back(package);
    for (const Opposites& pair : opposites_among(pool_, packages))
      for (const std::size_t one : lists_by_package[pair.rule.from])
        for (const std::size_t other : lists_by_package[pair.rule.to]) suspect_.set_both(one, other);
    for (const Id package : packages) {
      if (!pool_.depends_on_company(package)) continue;
      for (const std::size_t list : lists_by_package[package])
        for (std::size_t other = 0; other < lists_.size(); ++other) suspect_.set_both(list, other);
    }
  }

  /// Finds the items that exclude each other by what they bring whatever is chosen.
  void find_forced() {
    std::map<Id, Places> items_by_package;
    std::vector<Forced> forced;
    for (std::size_t item = 0; item < names_.size(); ++item) {
      forced.emplace_back(pool_, wanted_[item]);
      for (const Id package : forced.back().packages()) items_by_package[package].push_back(item);
    }
    std::vector<Id> packages;
    for (const auto& [package, items] : items_by_package) packages.push_back(package);
    for (const Opposites& pair : opposites_among(pool_, packages)) {
      if (!pair.sure) continue;
      for (const std::size_t from : items_by_package[pair.rule.from])
        for (const std::size_t to : items_by_package[pair.rule.to]) {
          if (from != to)
            add_clash(from, forced[from].way_to(pair.rule.from), to, forced[to].way_to(pair.rule.to),
                      pair.rule);
        }
    }
    for (const auto& [items, clash] : clashes_) mark(items);
  }

  /// The shortest chain is kept; of packages that exclude each other from both sides, both rules.
  void add_clash(std::size_t from, std::vector<Rule> way, std::size_t to, const std::vector<Rule>& other_way,
                 const Rule& rule) {
    way.insert(way.end(), other_way.begin(), other_way.end());
    const std::size_t steps = way.size();
    const auto [place, fresh] = clashes_.try_emplace(std::minmax(from, to));
    Clash& clash = place->second;
    if (!fresh && steps > clash.steps) return;
    const bool turned = !fresh && steps == clash.steps && clash.rules.back().from == rule.to &&
                        clash.rules.back().to == rule.from;
    if (turned) {
      clash.rules.push_back(rule);
    } else if (fresh || steps < clash.steps) {
      clash = {steps, std::move(way), {}};
      clash.rules.push_back(rule);
    }
  }

  /// All lists with these items exclude each other.
  void mark(const ItemPair& items) {
    for (const std::size_t one : lists_with_[items.first])
      for (const std::size_t other : lists_with_[items.second]) clash_.set_both(one, other);
  }

  bool open(std::size_t left, std::size_t right) const {
    return compared(left, right) && suspect_.at(left, right) && !clash_.at(left, right) &&
           !proven_.at(left, right);
  }

  /// Settles all that is open about a list.
  void ask(std::size_t list) {
    std::vector<Places> groups;
    suspect_.each(list, [&](std::size_t other) {
      if (!open(list, other)) return;
      const auto joins = [&](const Places& group) {
        return std::ranges::all_of(group, [&](std::size_t member) { return can_meet(member, other); });
      };
      const auto group = std::ranges::find_if(groups, joins);
      if (group == groups.end()) {
        groups.push_back({other});
      } else {
        group->push_back(other);
      }
    });
    for (const Places& group : groups) decide(list, group);
  }

  void decide(std::size_t list, const Places& group) {
    if (std::ranges::none_of(group, [&](std::size_t other) { return open(list, other); })) return;
    Places together = group;
    together.push_back(list);
    const Answer answer = solve(pool_, names_of(together));
    if (answer.installable) {
      for (const std::size_t one : together)
        for (const std::size_t other : together) proven_.set(one, other);
    } else if (group.size() == 1) {
      learn(list, group.front(), answer);
    } else {
      const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
      decide(list, {group.begin(), middle});
      decide(list, {middle, group.end()});
    }
  }

  /// From one pair that cannot be installed: all lists with the two items to blame are like it.
  void learn(std::size_t left, std::size_t right, const Answer& answer) {
    clash_.set_both(left, right);
    Places blamed;
    for (const Reason& reason : answer.reasons) {
      const auto found = as_told_.find(reason.dependency);
      if (reason.kind == Reason::Kind::requested && found != as_told_.end()) blamed.push_back(found->second);
    }
    if (blamed.size() == 2) {
      Answer alone = solve(pool_, {names_[blamed[0]], names_[blamed[1]]});
      if (!alone.installable) {
        const ItemPair items = std::minmax(blamed[0], blamed[1]);
        clashes_.try_emplace(items, Clash{0, {}, std::move(alone.reasons)});
        return mark(items);
      }
    }
    of_pair_[std::minmax(left, right)] = answer.reasons;
  }

  std::vector<std::string> names_of(const Places& lists) const {
    std::set<std::string> names;
    for (const std::size_t list : lists) names.insert(lists_[list].names.begin(), lists_[list].names.end());
    return {names.begin(), names.end()};
  }

  std::vector<ItemPair> clashes_between(std::size_t left, std::size_t right) const {
    std::vector<ItemPair> found;
    for (const std::size_t one : items_of_[left])
      for (const std::size_t other : items_of_[right])
        if (clashes_.contains(std::minmax(one, other))) found.emplace_back(one, other);
    return found;
  }

  const std::vector<Reason>& reasons(std::size_t left, std::size_t right) {
    const auto of_pair = of_pair_.find({left, right});
    if (of_pair != of_pair_.end()) return of_pair->second;
    const std::vector<ItemPair> pairs = clashes_between(left, right);
    const auto [place, fresh] = told_.try_emplace(pairs);
    if (fresh) place->second = tell(pairs);
    return place->second;
  }

  std::vector<Reason> tell(const std::vector<ItemPair>& pairs) const {
    std::vector<Request> requests;
    std::vector<Contradiction> contradictions;
    std::vector<Reason> of_solver;
    for (const auto& [one, other] : pairs) {
      const Clash& clash = clashes_.at(std::minmax(one, other));
      if (clash.rules.empty()) {
        of_solver.insert(of_solver.end(), clash.reasons.begin(), clash.reasons.end());
        continue;
      }
      contradictions.push_back({clash.rules, {requests.size(), requests.size() + 1}});
      requests.push_back({wanted_[one], false});
      requests.push_back({wanted_[other], false});
    }
    std::vector<Reason> reasons = explain(pool_, contradictions, requests);
    for (Reason& reason : of_solver) {
      const bool known = std::ranges::count(reasons, reason.text, &Reason::text) > 0;
      if (!known) reasons.push_back(std::move(reason));
    }
    return reasons;
  }

  const PackagePool& pool_;
  const std::vector<WantedList>& lists_;
  std::map<std::string, std::size_t> items_;    ///< what lists ask for, each once
  std::map<std::string, std::size_t> as_told_;  ///< the same, as reasons write them
  std::vector<std::string> names_;
  std::vector<Id> wanted_;
  std::vector<Places> lists_with_, items_of_;
  BitMatrix suspect_, clash_, proven_;
  std::map<ItemPair, Clash> clashes_;                ///< between items; first < second
  std::map<ItemPair, std::vector<Reason>> of_pair_;  ///< between lists, what is no item's fault
  std::map<std::vector<ItemPair>, std::vector<Reason>> told_;
};

}  // namespace

ComparedPairs compare_pairs(const PackagePool& pool, const std::vector<WantedList>& lists,
                            const std::vector<std::vector<Id>>& closures) {
  return ExclusiveFinder(pool, lists).find(closures);
}

}  // namespace lucie::universe
