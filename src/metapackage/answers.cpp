#include "metapackage/answers.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/debconf_templates.hpp"

namespace lucie::metapackage {
namespace {

/// The root that the host's LMPs are installed in, as config::Answers names it.
std::string root_of(const config::Host& host, const config::Cluster& cluster) {
  const config::Installer* installer = cluster.installer(host.installer);
  return installer != nullptr && installer->lmp_root == "own" ? installer->name : "/";
}

bool is_for(const config::Answers& block, const std::string& root) {
  return block.root.empty() || block.root == root;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Fault no_choice(const Question& question, const std::string& answer) {
  const std::string meant = base::did_you_mean(answer, question.choices);
  return {{},
          fmt::format("'{}' is no choice of question '{}'", answer, question.name),
          meant.empty() ? "one of " + base::join(question.choices, ", ") : meant};
}

void check_block(const config::Answers& block, const Lmp& lmp, std::vector<Fault>& faults) {
  std::vector<std::string> names;
  for (const Question& question : lmp.questions) {
    if (question.has_answer()) names.push_back(question.name);
  }
  for (const auto& [name, answer] : block.values) {
    const auto place = block.places.find(name);
    const Position where = place != block.places.end() ? place->second : block.position;
    const auto question = std::find_if(lmp.questions.begin(), lmp.questions.end(),
                                       [&](const Question& each) { return each.name == name; });
    if (question == lmp.questions.end()) {
      const std::string meant = base::did_you_mean(name, names);
      faults.push_back({where, fmt::format("LMP '{}' has no question '{}'", lmp.name, name),
                        meant.empty() ? fmt::format("'lmp show {}' lists its questions", lmp.name) : meant});
      continue;
    }
    Fault wrong = wrong_answer(*question, answer);
    wrong.where = where;
    if (!wrong.message.empty()) faults.push_back(std::move(wrong));
  }
}

}  // namespace

Fault wrong_answer(const Question& question, const std::string& answer) {
  if (!question.has_answer()) {
    return {{}, fmt::format("'{}' tells something and takes no answer", question.name), {}};
  }
  if (question.type == "boolean" && !is_boolean(answer)) {
    return {{}, fmt::format("'{}' is neither yes nor no, as '{}' asks", answer, question.name), {}};
  }
  if (!question.fixed_choices()) return {};
  if (question.type == "select" && !contains(question.choices, answer)) return no_choice(question, answer);
  if (question.type != "multiselect") return {};
  for (const std::string& each : split_choices(answer)) {
    if (!contains(question.choices, each)) return no_choice(question, each);
  }
  return {};
}

void check_answers(const std::vector<config::Answers>& blocks, const std::vector<Lmp>& lmps,
                   const std::string& root, std::vector<Fault>& faults) {
  for (const config::Answers& block : blocks) {
    if (!is_for(block, root)) continue;
    for (const Lmp& lmp : lmps) {
      if (lmp.name == block.lmp) check_block(block, lmp, faults);
    }
  }
}

Answers answers_for(const std::string& lmp, const config::Compiled& compiled, const config::Host& host) {
  Answers answers;
  const std::string root = root_of(host, compiled.cluster);
  for (const bool for_members : {false, true}) {
    for (const config::Answers& block : compiled.answers) {
      if (block.lmp != lmp || !is_for(block, root) || block.members.empty() == for_members) continue;
      if (for_members && !contains(block.members, host.name)) continue;
      for (const auto& [question, answer] : block.values) answers[question] = answer;
    }
  }
  return answers;
}

Answers answers_in_force(const Lmp& lmp, const config::Compiled& compiled, const config::Host& host) {
  Answers answers = answers_for(lmp.name, compiled, host);
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    std::string& answer = answers.emplace(question.name, question.standard).first->second;
    if (question.type == "boolean") answer = is_true(answer) ? "true" : "false";
  }
  return answers;
}

AnswersByLmp answers_in_force(const std::vector<Lmp>& lmps, const config::Compiled& compiled,
                              const config::Host& host) {
  AnswersByLmp answers;
  for (const Lmp& lmp : lmps) answers[lmp.name] = answers_in_force(lmp, compiled, host);
  return answers;
}

}  // namespace lucie::metapackage
