#include "lmp/front_end/dialogue.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metapackage/conditions.hpp"

namespace lucie::lmp {
namespace {

using metapackage::Question;

bool is_chosen(const Prompt& prompt, const std::string& choice) {
  if (prompt.question.type == "select") return choice == prompt.value;
  const auto chosen = base::split_list(prompt.value);
  return std::find(chosen.begin(), chosen.end(), choice) != chosen.end();
}

/// The choice that a number or an unambiguous beginning names; nothing when there is none.
std::optional<std::string> choice_of(const std::vector<std::string>& choices, const std::string& said) {
  const auto exact = std::find(choices.begin(), choices.end(), said);
  if (exact != choices.end()) return *exact;
  for (std::size_t number = 1; number <= choices.size(); ++number) {
    if (said == std::to_string(number)) return choices[number - 1];
  }
  std::optional<std::string> found;
  for (const std::string& choice : choices) {
    if (said.empty() || !choice.starts_with(said)) continue;
    if (found) return {};
    found = choice;
  }
  return found;
}

std::optional<std::string> boolean_of(std::string said) {
  std::transform(said.begin(), said.end(), said.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* word : {"yes", "true", "1"}) {
    if (!said.empty() && std::string_view(word).starts_with(said)) return "true";
  }
  for (const char* word : {"no", "false", "0"}) {
    if (!said.empty() && std::string_view(word).starts_with(said)) return "false";
  }
  return {};
}

std::optional<std::string> choices_of(const std::vector<std::string>& choices, const std::string& said) {
  if (said == "none") return "";
  std::vector<std::string> chosen;
  for (const std::string& each : base::split_list(said)) {
    const auto choice = choice_of(choices, each);
    if (!choice) return {};
    chosen.push_back(*choice);
  }
  return base::join(chosen, ", ");
}

std::optional<std::string> understood(const Question& question, const std::string& said) {
  if (question.type == "boolean") return boolean_of(said);
  if (question.type == "select") return choice_of(question.choices, said);
  if (question.type == "multiselect") return choices_of(question.choices, said);
  return said;
}

const char* what_is_asked(const Question& question) {
  if (question.type == "boolean") return "answer yes or no";
  if (question.type == "select") return "answer with a number or a name of the list";
  return "answer with numbers or names of the list, with commas between, or 'none'";
}

std::string standard_of(const Prompt& prompt) {
  if (prompt.question.type != "boolean") return prompt.value;
  return metapackage::is_true(prompt.value) ? "yes" : "no";
}

}  // namespace

void TextDialogue::show(const Prompt& prompt) {
  if (prompt.title != last_title_) {
    output_ << '\n' << prompt.title << '\n' << std::string(prompt.title.size(), '-') << '\n';
    last_title_ = prompt.title;
  }
  for (const auto& paragraph : base::folded_paragraphs(prompt.question.description, width_)) {
    output_ << '\n';
    for (const std::string& line : paragraph) output_ << line << '\n';
  }
  const auto& choices = prompt.question.choices;
  if (!choices.empty()) output_ << '\n';
  for (std::size_t number = 1; number <= choices.size(); ++number) {
    const std::string& choice = choices[number - 1];
    output_ << fmt::format("{:3}. {}{}\n", number, choice, is_chosen(prompt, choice) ? " *" : "");
  }
}

std::string TextDialogue::read_line(const Prompt& prompt) {
  output_ << '\n' << prompt.question.summary << (prompt.may_go_back ? " (< goes back)" : "");
  if (prompt.question.has_answer()) output_ << " [" << standard_of(prompt) << "] ";
  output_ << std::flush;
  std::string line;
  if (!std::getline(input_, line)) {
    output_ << '\n';
    throw Error(fmt::format("there is no answer to '{}': the input has ended", prompt.question.name))
        .hint("'--answers FILE' takes answers from a file");
  }
  return std::string(base::trim(line));
}

std::optional<std::string> TextDialogue::ask(const Prompt& prompt) {
  show(prompt);
  if (!prompt.question.has_answer()) {
    output_ << '\n' << prompt.question.summary << '\n' << std::flush;
    return "";
  }
  while (true) {
    const std::string said = read_line(prompt);
    if (said == "<" && prompt.may_go_back) return {};
    if (said.empty() && prompt.question.type != "select") return prompt.value;
    if (said.empty() && !prompt.value.empty()) return prompt.value;
    if (const auto answer = understood(prompt.question, said)) return answer;
    output_ << what_is_asked(prompt.question) << '\n';
  }
}

}  // namespace lucie::lmp
