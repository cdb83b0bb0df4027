#include "setup/answer_cases.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/conditions.hpp"

namespace lucie::setup {
namespace {

using metapackage::AnswersByLmp;
using metapackage::Lmp;
using metapackage::LmpCondition;
using metapackage::Relation;

bool holds(const LmpCondition& condition, const AnswersByLmp& answers) {
  const auto found = answers.find(condition.lmp);
  return found != answers.end() && metapackage::condition_holds(condition.when, found->second);
}

/// "mpi/flavour = openmpi" back into its parts.
LmpCondition parts_of(const std::string& name) {
  const auto slash = name.find('/');
  return {name.substr(0, slash), name.substr(slash + 1)};
}

std::vector<LmpCondition> all_conditions(const std::vector<Lmp>& lmps, const std::string& target,
                                         const std::vector<Relation>& relations) {
  std::vector<LmpCondition> conditions;
  for (const Lmp& lmp : lmps) {
    for (const auto& list : lmp.lists) {
      if (list.target != target && list.target != "any") continue;
      if (!list.when.empty()) conditions.push_back({lmp.name, list.when});
    }
  }
  for (const Relation& relation : relations) {
    if (!relation.target.empty() && relation.target != target) continue;
    const auto more = metapackage::conditions_of(relation);
    conditions.insert(conditions.end(), more.begin(), more.end());
  }
  return conditions;
}

}  // namespace

std::vector<AnswerCase> answer_cases(const Inputs& inputs, const config::Cluster::ServiceSet& set,
                                     const std::vector<Relation>& relations) {
  const config::Installer& installer = *inputs.cluster.installer(set.installer);
  const std::vector<Lmp>& lmps = inputs.lmps_of(installer);
  const auto conditions = all_conditions(lmps, installer.target, relations);
  const config::Compiled compiled = unlocked(inputs);
  std::vector<AnswerCase> cases;
  std::map<std::vector<bool>, std::size_t> known;
  for (const std::string& host : set.hosts) {
    AnswersByLmp answers = metapackage::answers_in_force(lmps, compiled, *inputs.cluster.host(host));
    std::vector<bool> outcome;
    for (const LmpCondition& condition : conditions) outcome.push_back(holds(condition, answers));
    const auto [place, fresh] = known.emplace(std::move(outcome), cases.size());
    if (fresh) cases.push_back({std::move(answers), {}});
    cases[place->second].hosts.push_back(host);
  }
  return cases;
}

Conditions conditions_of(const std::vector<Lmp>& lmps, const std::vector<std::string>& names,
                         const std::string& target, const std::vector<Relation>& relations,
                         const AnswersByLmp& answers) {
  Conditions found;
  for (const LmpCondition& condition : all_conditions(lmps, target, relations)) {
    if (std::find(names.begin(), names.end(), condition.lmp) == names.end()) continue;
    found[condition.lmp + "/" + condition.when] = holds(condition, answers);
  }
  return found;
}

bool still_hold(const Conditions& conditions, const AnswersByLmp& answers) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const auto& condition) {
    return holds(parts_of(condition.first), answers) == condition.second;
  });
}

std::string in_words(const Conditions& conditions) {
  std::vector<std::string> words;
  for (const auto& [name, held] : conditions) words.push_back(held ? name : "not " + name);
  return base::join(words, ", ");
}

void check_answered(const std::vector<Lmp>& lmps, const std::vector<std::string>& names,
                    const AnswerCase& answer_case, const config::Cluster& cluster,
                    std::vector<Fault>& faults) {
  for (const Lmp& lmp : lmps) {
    if (std::find(names.begin(), names.end(), lmp.name) == names.end()) continue;
    for (const auto& question : lmp.questions) {
      if (question.type != "select" || !answer_case.answers.at(lmp.name).at(question.name).empty()) continue;
      faults.push_back({cluster.host(answer_case.hosts.front())->position,
                        fmt::format("question '{}' of LMP '{}' has no answer for host '{}'", question.name,
                                    lmp.name, answer_case.hosts.front()),
                        fmt::format("'lmp configure {}' asks it", lmp.name)});
    }
  }
}

}  // namespace lucie::setup
