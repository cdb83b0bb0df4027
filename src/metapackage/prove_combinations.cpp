#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/prover.hpp"

/// Answers to several questions that hold at once. What two lists fit with, they fit with together, unless
/// the packages of two of them stand against each other when each is installed alone; so only for these the
/// lists that other answers add are tried.
namespace lucie::metapackage {
namespace {

/// Combinations beyond this many for one pair are tried with one more answer only.
constexpr std::size_t most_combinations = 256;

using CasesOfQuestion = std::vector<PlacedCase>;

std::vector<std::string> packages_of(const std::vector<PlacedCase>& cases) {
  std::set<std::string> packages;
  for (const PlacedCase& one : cases) packages.insert(one.list->packages.begin(), one.list->packages.end());
  return {packages.begin(), packages.end()};
}

bool too_many(const std::vector<CasesOfQuestion>& questions) {
  std::size_t all = 1;
  for (const CasesOfQuestion& cases : questions)
    all = std::min(all * (cases.size() + 1), most_combinations + 1);
  return all > most_combinations;
}

/// The pair with each choice of other answers, those with few first.
std::vector<std::vector<PlacedCase>> combinations(const std::vector<PlacedCase>& pair,
                                                  const std::vector<CasesOfQuestion>& questions) {
  const bool one_more = too_many(questions);
  std::vector<std::vector<PlacedCase>> made = {pair};
  for (const CasesOfQuestion& cases : questions) {
    const std::size_t before = one_more ? 1 : made.size();
    for (std::size_t place = 0; place < before; ++place) {
      for (const PlacedCase& one : cases) {
        made.push_back(made[place]);
        made.back().push_back(one);
      }
    }
  }
  made.erase(made.begin());
  std::ranges::stable_sort(made, {}, [](const auto& cases) { return cases.size(); });
  return made;
}

/// The pair with as many other answers as can be given at once.
std::vector<std::vector<PlacedCase>> fullest(const std::vector<PlacedCase>& pair,
                                             const std::vector<CasesOfQuestion>& questions) {
  std::vector<std::vector<PlacedCase>> made = {pair};
  for (const CasesOfQuestion& cases : questions) {
    std::vector<std::vector<PlacedCase>> more;
    for (const std::vector<PlacedCase>& before : made) {
      for (const PlacedCase& one : cases) {
        more.push_back(before);
        more.back().push_back(one);
      }
    }
    made = std::move(more);
  }
  return made;
}

/// What `lmp check` left out.
Fault not_all_tried(const std::vector<PlacedCase>& pair, const std::string& target) {
  const bool alone = pair[0].lmp == pair[1].lmp;
  return {list_position(*pair[0].lmp, target, pair[0].list->when),
          fmt::format("'{}'{} can be answered in more than {} ways in {}: not all were tried together",
                      pair[0].lmp->name, alone ? "" : fmt::format(" and '{}'", pair[1].lmp->name),
                      most_combinations, target),
          "'lucie-setup check' proves the answers that hosts are given"};
}

bool holds_all(const std::vector<PlacedCase>& cases, const std::vector<PlacedCase>& of) {
  return std::ranges::all_of(
      of, [&](const PlacedCase& one) { return std::ranges::count(cases, one.list, &PlacedCase::list) > 0; });
}

}  // namespace

/// Whatever fits together does so without some of it.
bool Prover::all_installable(const std::string& target, const std::vector<std::vector<PlacedCase>>& sets) {
  return std::ranges::all_of(sets, [&](const std::vector<PlacedCase>& cases) {
    return closure(target, packages_of(cases)).installable;
  });
}

std::vector<ExclusiveSet> Prover::prove_combinations(const std::string& target, const Compared& compared,
                                                     std::vector<Fault>& warnings) {
  std::map<const Lmp*, std::map<std::string, CasesOfQuestion>> by_question;
  for (const PlacedCase& one : compared.cases) {
    if (!one.list->question.empty()) by_question[one.lmp][one.list->question].push_back(one);
  }
  std::map<const Lmp*, std::vector<std::vector<PlacedCase>>> excluded;  // what is known of an LMP's cases
  for (const universe::ExclusivePair& pair : compared.pairs.exclusive) {
    const std::vector<PlacedCase> cases = {compared.cases[pair.left], compared.cases[pair.right]};
    excluded[cases[0].lmp].push_back(cases);
  }
  std::vector<ExclusiveSet> found;
  std::set<std::pair<const Lmp*, const Lmp*>> told;
  for (const auto& [left, right] : compared.pairs.contested) {
    const std::vector<PlacedCase> pair = {compared.cases[left], compared.cases[right]};
    std::vector<CasesOfQuestion> questions;
    for (const Lmp* lmp : std::set<const Lmp*>{pair[0].lmp, pair[1].lmp}) {
      for (const auto& [question, cases] : by_question[lmp]) {
        if (question != pair[0].list->question && question != pair[1].list->question)
          questions.push_back(cases);
      }
    }
    if (questions.empty()) continue;
    if (too_many(questions) && told.emplace(pair[0].lmp, pair[1].lmp).second)
      warnings.push_back(not_all_tried(pair, target));
    if (!too_many(questions) && all_installable(target, fullest(pair, questions))) continue;
    for (const std::vector<PlacedCase>& cases : combinations(pair, questions)) {
      const auto known = [&](const Lmp* lmp) {
        return std::ranges::any_of(excluded[lmp], [&](const auto& set) { return holds_all(cases, set); });
      };
      if (known(pair[0].lmp) || known(pair[1].lmp)) continue;
      const Closure& together = closure(target, packages_of(cases));
      if (together.installable) continue;
      found.push_back({cases, together.verdict->reasons});
      excluded[pair[0].lmp].push_back(cases);
    }
  }
  return found;
}

void Prover::warn_of_combination(const Lmp& lmp, const std::string& target, const ExclusiveSet& set) {
  std::vector<std::string> conditions;
  for (const PlacedCase& one : set.cases) {
    conditions.push_back(one.list->question + " = " + base::join(one.list->answers, ", "));
  }
  std::string text = fmt::format("'{}' cannot be installed in {} when {}:", lmp.name, target,
                                 base::join(conditions, " and "));
  for (const universe::Reason& reason : set.reasons) text += "\n  " + reason.text;
  proof_.warnings.push_back({list_position(lmp, target, set.cases.back().list->when), std::move(text),
                             "hosts that are answered so cannot be proved"});
}

}  // namespace lucie::metapackage
