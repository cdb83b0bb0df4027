#include "metapackage/conditions.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

constexpr std::string_view joint = " and ";

/// yes, true and 1 are one answer, and so are no, false and 0.
bool same_answer(const std::string& left, const std::string& right) {
  if (is_boolean(left) && is_boolean(right)) return is_true(left) == is_true(right);
  return left == right;
}

void check_value(const Condition& condition, const Question& question, const Position& where,
                 std::vector<Fault>& faults) {
  if (question.type == "boolean") {
    if (condition.comparison.empty() || is_boolean(condition.value)) return;
    faults.push_back({where,
                      fmt::format("'{}' is no answer to the boolean '{}'", condition.value, question.name),
                      fmt::format("write '{}' alone, or compare it with yes or no", question.name)});
  } else if (condition.comparison.empty()) {
    faults.push_back({where, fmt::format("question '{}' is a select, not a boolean", question.name),
                      fmt::format("write '{} = ANSWER'", question.name)});
  } else if (question.fixed_choices() && std::find(question.choices.begin(), question.choices.end(),
                                                   condition.value) == question.choices.end()) {
    faults.push_back({where,
                      fmt::format("'{}' is no choice of question '{}'", condition.value, question.name),
                      base::did_you_mean(condition.value, question.choices)});
  }
}

}  // namespace

Condition parse_condition(const std::string& when) {
  for (const char* comparison : {"!=", "==", "="}) {
    const auto place = when.find(comparison);
    if (place == std::string::npos) continue;
    return {std::string(base::trim(when.substr(0, place))), comparison,
            std::string(base::trim(when.substr(place + std::string_view(comparison).size())))};
  }
  return {std::string(base::trim(when)), {}, {}};
}

bool is_true(const std::string& answer) {
  return answer == "yes" || answer == "true" || answer == "1";
}

bool is_boolean(const std::string& answer) {
  return is_true(answer) || answer == "no" || answer == "false" || answer == "0";
}

void check_condition(const std::string& when, const Position& where, const std::vector<Question>& questions,
                     std::vector<Fault>& faults) {
  const Condition condition = parse_condition(when);
  std::vector<std::string> names;
  for (const Question& question : questions) {
    names.push_back(question.name);
    if (question.name != condition.question) continue;
    if (question.type == "select" || question.type == "boolean") {
      return check_value(condition, question, where, faults);
    }
    faults.push_back(
        {where, fmt::format("question '{}' is neither a select nor a boolean", question.name), {}});
    return;
  }
  const std::string meant = base::did_you_mean(condition.question, names);
  faults.push_back({where, fmt::format("question '{}' is not declared", condition.question),
                    meant.empty() ? "questions are declared in debconf/templates" : meant});
}

bool condition_holds(const std::string& when, const std::map<std::string, std::string>& answers) {
  const Condition condition = parse_condition(when);
  if (condition.question.empty()) return true;
  const auto found = answers.find(condition.question);
  const std::string answer = found == answers.end() ? std::string() : found->second;
  if (condition.comparison.empty()) return is_true(answer);
  return same_answer(answer, condition.value) == (condition.comparison != "!=");
}

std::vector<LmpCondition> conditions_of(const Relation& relation) {
  std::vector<LmpCondition> conditions;
  std::string_view rest = relation.when;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(joint), rest.size());
    const std::string part(rest.substr(0, end));
    const auto slash = part.find('/');
    if (slash != std::string::npos) {
      conditions.push_back({part.substr(0, slash), part.substr(slash + 1)});
    } else if (!conditions.empty()) {  // an answer that holds the word itself
      conditions.back().when += std::string(joint) + part;
    }
    rest.remove_prefix(std::min(end + joint.size(), rest.size()));
  }
  return conditions;
}

std::vector<Relation> relations_that_hold(const std::vector<Relation>& relations, const std::string& target,
                                          const AnswersByLmp& answers) {
  const auto holds = [&](const LmpCondition& condition) {
    const auto found = answers.find(condition.lmp);
    return found != answers.end() && condition_holds(condition.when, found->second);
  };
  std::vector<Relation> held;
  for (const Relation& relation : relations) {
    if (!relation.target.empty() && relation.target != target) continue;
    const auto conditions = conditions_of(relation);
    if (!std::all_of(conditions.begin(), conditions.end(), holds)) continue;
    held.push_back(relation);
    held.back().target.clear();
    held.back().when.clear();
  }
  return held;
}

}  // namespace lucie::metapackage
