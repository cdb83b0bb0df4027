#include <algorithm>

#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/needs.hpp"

namespace lucie::metapackage {
namespace {

/// More ways to answer are not told apart.
constexpr std::size_t most_answers = 256;

bool same_answer(const std::string& left, const std::string& right) {
  return left == right || (is_true(left) && is_true(right));
}

std::vector<std::string> choices_of(const Question& question) {
  if (question.type == "boolean") return {"true", "false"};
  const bool known = question.type == "select" && question.fixed_choices();
  return known ? question.choices : std::vector<std::string>();
}

bool matters(const Question& question, const Lmp& lmp, const std::vector<Use>& uses) {
  const bool in_lists = std::ranges::any_of(lmp.lists, [&](const PackageList& list) {
    return parse_condition(list.when).question == question.name;
  });
  return in_lists || std::ranges::any_of(uses, [&](const Use& use) {
           return std::ranges::any_of(use.conditions, [&](const AnswerCondition& condition) {
             return condition.variable == answer_variable(question.name);
           });
         });
}

std::string in_words(const std::string& lmp, const Answers& answers) {
  std::vector<std::string> conditions;
  for (const auto& [question, answer] : answers) {
    conditions.push_back(lmp + "/" + question + " = " + answer);
  }
  return base::join(conditions, " and ");
}

}  // namespace

std::vector<Answers> possible_answers(const Lmp& lmp, const std::vector<Use>& uses) {
  std::vector<Answers> all = {{}};
  for (const Question& question : lmp.questions) {
    const std::vector<std::string> choices = choices_of(question);
    const bool too_many = all.size() * choices.size() > most_answers;
    if (choices.empty() || too_many || !matters(question, lmp, uses)) continue;
    std::vector<Answers> more;
    for (const Answers& answers : all) {
      for (const std::string& choice : choices) {
        more.push_back(answers);
        more.back()[question.name] = choice;
      }
    }
    all = std::move(more);
  }
  return all;
}

bool conditions_hold(const std::vector<AnswerCondition>& conditions, const Answers& answers) {
  return std::ranges::all_of(conditions, [&](const AnswerCondition& condition) {
    for (const auto& [question, answer] : answers) {
      if (answer_variable(question) != condition.variable) continue;
      const bool found = std::ranges::any_of(
          condition.answers, [&](const std::string& known) { return same_answer(known, answer); });
      return found != condition.negated;
    }
    return true;  // a question that nobody can answer beforehand
  });
}

std::vector<std::string> cases_in_words(const std::string& lmp, const std::vector<Answers>& all,
                                        const std::vector<Answers>& holding) {
  if (holding.size() == all.size()) return {""};
  const auto holds = [&](const Answers& answers) { return std::ranges::count(holding, answers) > 0; };
  // One answer to one question that is enough, if such answers say it all.
  std::vector<std::string> conditions;
  std::set<Answers> covered;
  for (const auto& [question, unused] : all.front()) {
    std::map<std::string, std::vector<Answers>> by_answer;
    for (const Answers& answers : all) by_answer[answers.at(question)].push_back(answers);
    for (const auto& [answer, with_it] : by_answer) {
      if (!std::ranges::all_of(with_it, holds)) continue;
      const std::size_t before = covered.size();
      covered.insert(with_it.begin(), with_it.end());
      if (covered.size() > before) conditions.push_back(in_words(lmp, {{question, answer}}));
    }
  }
  if (covered.size() == holding.size()) return conditions;
  conditions.clear();
  for (const Answers& answers : holding) conditions.push_back(in_words(lmp, answers));
  return conditions;
}

}  // namespace lucie::metapackage
