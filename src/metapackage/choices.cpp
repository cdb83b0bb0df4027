#include "metapackage/choices.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/conditions.hpp"

namespace lucie::metapackage {
namespace {

/// Stands for every answer that no condition names, where the front end fills in what can be chosen.
constexpr const char* any_other = "";

bool is_for(const PackageList& list, const std::string& target) {
  return target.empty() || list.target == target || list.target == "any";
}

/// All that can be answered, as far as conditions can tell answers apart; in the order in which they are
/// declared.
std::vector<std::string> answers_of(const Question& question, const Lmp& lmp) {
  if (question.type == "boolean") return {"true", "false"};
  if (question.fixed_choices()) return question.choices;
  std::set<std::string> named = {any_other};
  for (const PackageList& list : lmp.lists) {
    const Condition condition = parse_condition(list.when);
    if (condition.question == question.name) named.insert(condition.value);
  }
  return {named.begin(), named.end()};
}

/// What an answer asks for, with the condition of the first list that is only for some answers.
struct Asked {
  std::set<std::string> packages;
  std::string when;
};

Asked asked_for(const Lmp& lmp, const std::string& target, const Answers& answers) {
  Asked asked;
  for (const PackageList& list : lmp.lists) {
    if (!is_for(list, target)) continue;
    if (!list.when.empty()) {
      const bool answered = answers.contains(parse_condition(list.when).question);
      if (!answered || !condition_holds(list.when, answers)) continue;
      if (asked.when.empty()) asked.when = list.when;
    }
    asked.packages.insert(list.packages.begin(), list.packages.end());
  }
  return asked;
}

}  // namespace

std::vector<Choices> ListCase::choices() const {
  if (question.empty()) return {{}};
  std::vector<Choices> all;
  for (const std::string& answer : answers) all.push_back({{question, answer}});
  return all;
}

std::vector<ListCase> list_cases(const Lmp& lmp, const std::string& target) {
  const std::set<std::string> always = asked_for(lmp, target, {}).packages;
  std::vector<ListCase> cases;
  if (!always.empty()) cases.push_back({.packages = {always.begin(), always.end()}});
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    const std::size_t first = cases.size();
    for (const std::string& answer : answers_of(question, lmp)) {
      const Asked asked = asked_for(lmp, target, {{question.name, answer}});
      if (asked.packages == always) continue;
      const std::vector<std::string> packages(asked.packages.begin(), asked.packages.end());
      const auto same = std::find_if(cases.begin() + static_cast<std::ptrdiff_t>(first), cases.end(),
                                     [&](const ListCase& one) { return one.packages == packages; });
      if (same != cases.end()) {
        same->answers.push_back(answer);
      } else {
        cases.push_back({lmp.name + "/" + question.name, {answer}, packages, asked.when});
      }
    }
  }
  return cases;
}

void ChoiceWords::add(const Lmp& lmp) {
  for (const metapackage::Question& question : lmp.questions) {
    const std::vector<std::string> all = answers_of(question, lmp);
    Question& known = questions_[lmp.name + "/" + question.name];
    known.answers = {all.begin(), all.end()};
    for (const PackageList& list : lmp.lists) {
      if (list.when.empty() || parse_condition(list.when).question != question.name) continue;
      Written written{lmp.name + "/" + list.when, {}};
      for (const std::string& answer : all) {
        if (condition_holds(list.when, {{question.name, answer}})) written.answers.insert(answer);
      }
      known.conditions.push_back(std::move(written));
    }
  }
}

/// Where every answer to a question does, the question is left out; what another one says already too.
void ChoiceWords::join_all_answers(std::set<Choices>& holding) const {
  for (bool changed = true; changed;) {
    changed = false;
    std::map<std::pair<std::string, Choices>, std::set<std::string>> answers;  // by question and the rest
    for (const Choices& choices : holding) {
      for (const auto& [question, answer] : choices) {
        Choices rest = choices;
        rest.erase(question);
        answers[{question, std::move(rest)}].insert(answer);
      }
    }
    for (const auto& [key, of_question] : answers) {
      if (of_question == questions_.at(key.first).answers) changed |= holding.insert(key.second).second;
    }
    std::erase_if(holding, [&](const Choices& choices) {
      return std::ranges::any_of(holding, [&](const Choices& other) {
        return other.size() < choices.size() && std::ranges::includes(choices, other);
      });
    });
  }
}

std::string ChoiceWords::in_words(const std::string& question, const std::string& answer) const {
  const Question& known = questions_.at(question);
  for (const Written& condition : known.conditions) {
    if (condition.answers == std::set<std::string>{answer}) return condition.text;
  }
  if (answer != any_other) return question + " = " + answer;
  std::vector<std::string> others;
  for (const std::string& named : known.answers) {
    if (named != any_other) others.push_back(question + " != " + named);
  }
  return base::join(others, " and ");
}

std::vector<std::pair<std::string, Choices>> ChoiceWords::words(std::set<Choices> holding) const {
  join_all_answers(holding);
  std::vector<std::pair<std::string, Choices>> texts;
  while (!holding.empty()) {
    const Choices first = *holding.begin();
    std::vector<std::string> parts;
    std::set<Choices> said = {first};
    for (const auto& [question, answer] : first) {
      std::string part = in_words(question, answer);
      // A condition as it is written may say it for several answers at once.
      for (const Written& condition : questions_.at(question).conditions) {
        std::set<Choices> all;
        for (const std::string& other : condition.answers) {
          for (Choices choices : said) {
            choices[question] = other;
            all.insert(std::move(choices));
          }
        }
        if (!condition.answers.contains(answer) || !std::ranges::includes(holding, all)) continue;
        part = condition.text;
        said = std::move(all);
        break;
      }
      parts.push_back(std::move(part));
    }
    texts.emplace_back(base::join(parts, " and "), first);
    for (const Choices& choices : said) holding.erase(choices);
  }
  return texts;
}

}  // namespace lucie::metapackage
