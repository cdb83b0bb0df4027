#include <algorithm>
#include <fmt/format.h>
#include <future>

#include "base/text.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

/// The list's lines that a chain begins with.
void add_requests(const Lmp& lmp, const std::string& target, const std::vector<universe::Reason>& reasons,
                  std::vector<Evidence>& evidence) {
  const std::size_t before = evidence.size();
  for (const std::string& package : lmp.packages(target)) {
    const bool named = std::ranges::any_of(reasons, [&](const universe::Reason& reason) {
      return reason.kind == universe::Reason::Kind::requested && reason.dependency == package;
    });
    if (!named) continue;
    const Position place = place_of(lmp, target, package);
    evidence.push_back({place.file, place.line, fmt::format("{} asks for {}", lmp.name, package)});
  }
  if (evidence.size() > before) return;
  const Position place = list_position(lmp, target, {});
  evidence.push_back({place.file, place.line,
                      fmt::format("{} asks for {}", lmp.name, base::join(lmp.packages(target), ", "))});
}

/// The evidence for a set of choices, or for one that says more of the same.
const std::vector<Evidence>& evidence_for(const Choices& choices, const Holding& holding) {
  for (const auto& [known, evidence] : holding) {
    if (std::ranges::includes(known, choices)) return evidence;
  }
  return holding.begin()->second;
}

}  // namespace

std::vector<Choices> choices_of(const std::vector<PlacedCase>& cases) {
  std::vector<Choices> all = {{}};
  for (const PlacedCase& one : cases) {
    std::vector<Choices> more;
    for (const Choices& before : all) {
      for (Choices choices : one.list->choices()) {
        choices.insert(before.begin(), before.end());
        more.push_back(std::move(choices));
      }
    }
    all = std::move(more);
  }
  return all;
}

std::vector<Evidence> chain_evidence(const std::vector<const Lmp*>& lmps, const std::string& target,
                                     const std::vector<universe::Reason>& reasons) {
  std::vector<Evidence> evidence;
  for (const Lmp* lmp : lmps) add_requests(*lmp, target, reasons, evidence);
  for (const universe::Reason& reason : reasons) {
    if (reason.kind != universe::Reason::Kind::requested) evidence.push_back({{}, 0, reason.text, reason});
  }
  return evidence;
}

Compared Prover::compare(const std::string& target) {
  Compared compared;
  std::vector<universe::WantedList> lists;
  std::map<std::string, std::size_t> questions = {{"", 0}};
  for (std::size_t owner = 0; owner < collection_.size(); ++owner) {
    const auto cases = cases_.find({collection_[owner].name, target});
    if (cases == cases_.end()) continue;
    for (const ListCase& list : cases->second) {
      if (!list.installable) continue;
      const std::size_t choice = questions.emplace(list.question, questions.size()).first->second;
      compared.cases.push_back({&collection_[owner], &list});
      lists.push_back({list.packages, owner, choice});
    }
  }
  if (lists.size() > 1) compared.pairs = universe(target).compare_pairs(lists);
  return compared;
}

std::vector<WordedConflict> Prover::worded(const std::vector<const Lmp*>& lmps,
                                           const std::map<std::string, Holding>& by_target) const {
  ChoiceWords words;
  for (const Lmp* lmp : lmps) words.add(*lmp);
  const std::vector<std::string> shared = shared_targets(lmps);
  std::map<std::string, std::vector<WordedConflict>> found;  // by condition
  for (const std::string& target : shared) {
    const auto holding = by_target.find(target);
    if (holding == by_target.end()) continue;
    std::set<Choices> all;
    for (const auto& [choices, evidence] : holding->second) all.insert(choices);
    for (const auto& [when, choices] : words.words(std::move(all)))
      found[when].push_back({target, when, evidence_for(choices, holding->second)});
  }
  std::vector<WordedConflict> conflicts;
  for (auto& [when, of_condition] : found) {
    if (of_condition.size() == shared.size()) {  // in every target: one says it
      of_condition.resize(1);
      of_condition.front().target.clear();
    }
    std::ranges::move(of_condition, std::back_inserter(conflicts));
  }
  return conflicts;
}

/// What cannot be installed together, by target: all universes are worked on at once, each by one thread.
std::map<std::string, std::vector<ExclusiveSet>> Prover::exclusive_sets() {
  std::map<std::string, std::vector<ExclusiveSet>> found;
  std::map<std::string, std::vector<Fault>> warnings;
  std::map<universe::Universe*, std::vector<std::string>> targets_of;
  for (const auto& [key, cases] : cases_) {
    const std::string& target = key.second;
    if (!found.try_emplace(target).second) continue;
    targets_of[&universe(target)].push_back(target);  // all places are there before its thread comes
    compared_[target];
    closures_[target];
    warnings[target];
  }
  std::vector<std::future<void>> working;
  for (const auto& [asked, targets] : targets_of) {
    working.push_back(std::async(std::launch::async, [this, &targets = targets, &found, &warnings] {
      for (const std::string& target : targets) {
        const Compared& compared = compared_.at(target) = compare(target);
        std::vector<ExclusiveSet>& sets = found.at(target) =
            prove_combinations(target, compared, warnings.at(target));
        for (const universe::ExclusivePair& pair : compared.pairs.exclusive) {
          sets.push_back({{compared.cases[pair.left], compared.cases[pair.right]}, pair.reasons});
        }
      }
    }));
  }
  for (std::future<void>& work : working) work.get();
  for (auto& [target, of_target] : warnings)
    std::ranges::move(of_target, std::back_inserter(proof_.warnings));
  return found;
}

void Prover::prove_pairs() {
  using LmpPair = std::pair<const Lmp*, const Lmp*>;  // in the order of the collection
  std::map<LmpPair, std::map<std::string, Holding>> holding;
  for (const auto& [target, sets] : exclusive_sets()) {
    for (const ExclusiveSet& set : sets) {
      const auto [left, right] = std::ranges::minmax(set.cases, {}, &PlacedCase::lmp);
      if (left.lmp == right.lmp) {
        warn_of_combination(*left.lmp, target, set);
        continue;
      }
      Holding& of_target = holding[{left.lmp, right.lmp}][target];
      const std::vector<Evidence> evidence = chain_evidence({left.lmp, right.lmp}, target, set.reasons);
      for (Choices& choices : choices_of(set.cases)) of_target.emplace(std::move(choices), evidence);
    }
  }
  for (const auto& [lmps, by_target] : holding) {
    for (WordedConflict& conflict : worded({lmps.first, lmps.second}, by_target)) {
      Relation relation{.kind = Relation::Kind::conflict, .from = lmps.first->name, .to = lmps.second->name};
      relation.rule = 2;
      relation.target = std::move(conflict.target);
      relation.when = std::move(conflict.when);
      relation.evidence = std::move(conflict.evidence);
      proof_.relations.push_back(std::move(relation));
    }
  }
}

}  // namespace lucie::metapackage
