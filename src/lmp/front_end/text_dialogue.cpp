#include "lmp/front_end/text_dialogue.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <ostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lmp/front_end/wrapping.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/debconf_templates.hpp"

namespace lucie::lmp {
namespace {

/// The choice that a number, its name or an unambiguous beginning of it names; nothing when there is none.
std::optional<std::string> choice_of(const Prompt& prompt, const std::string& said) {
  for (std::size_t number = 0; number < prompt.choices.size(); ++number) {
    const std::string& choice = prompt.choices[number];
    if (said == choice || said == prompt.labels[number]) return choice;
  }
  std::optional<std::string> found;
  for (std::size_t number = 0; number < prompt.choices.size(); ++number) {
    const std::string& choice = prompt.choices[number];
    if (said == std::to_string(number + 1)) return choice;
    if (said.empty() || (!choice.starts_with(said) && !prompt.labels[number].starts_with(said))) continue;
    if (found) return {};
    found = choice;
  }
  return found;
}

std::optional<std::string> boolean_of(std::string said) {
  std::transform(said.begin(), said.end(), said.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* word : {"yes", "true", "1"}) {
    if (!said.empty() && std::string_view(word).starts_with(said)) return "true";
  }
  for (const char* word : {"no", "false", "0"}) {
    if (!said.empty() && std::string_view(word).starts_with(said)) return "false";
  }
  return {};
}

std::optional<std::string> choices_of(const Prompt& prompt, const std::string& said) {
  if (said == "none") return "";
  std::vector<std::string> chosen;
  for (const std::string& each : metapackage::split_choices(said)) {
    const auto choice = choice_of(prompt, each);
    if (!choice) return {};
    chosen.push_back(*choice);
  }
  std::vector<std::string> ordered;  // as debconf gives them
  for (const std::string& choice : prompt.choices) {
    if (std::find(chosen.begin(), chosen.end(), choice) != chosen.end()) ordered.push_back(choice);
  }
  return metapackage::join_choices(ordered);
}

std::optional<std::string> understood(const Prompt& prompt, const std::string& said) {
  if (prompt.type == "string" && said == R"("")") return "";
  if (prompt.type == "boolean") return boolean_of(said);
  if (prompt.type == "select") return choice_of(prompt, said);
  if (prompt.type == "multiselect") return choices_of(prompt, said);
  return said;
}

const char* what_is_asked(const Prompt& prompt) {
  if (prompt.type == "boolean") return "answer yes or no";
  if (prompt.type == "select") return "answer with a number or a name of the list";
  return "answer with numbers or names of the list, with commas between, or 'none'";
}

/// A choice that was never made, or is none of today's, cannot be taken by an empty line.
bool has_standard(const Prompt& prompt) {
  return prompt.type != "select" ||
         std::find(prompt.choices.begin(), prompt.choices.end(), prompt.value) != prompt.choices.end();
}

std::string standard_of(const Prompt& prompt) {
  if (prompt.type == "boolean") return metapackage::is_true(prompt.value) ? "yes" : "no";
  if (prompt.type != "select" && prompt.type != "multiselect") return prompt.value;
  std::vector<std::string> chosen;
  for (std::size_t number = 0; number < prompt.choices.size(); ++number) {
    if (prompt.is_chosen(prompt.choices[number])) chosen.push_back(prompt.labels[number]);
  }
  return metapackage::join_choices(chosen);
}

}  // namespace

void TextDialogue::show(const Prompt& prompt) {
  if (prompt.title != last_title_) {
    output_ << '\n' << prompt.title << '\n' << std::string(columns(prompt.title), '-') << '\n';
    last_title_ = prompt.title;
  }
  if (!prompt.description.empty()) output_ << '\n';
  for (const std::string& line : wrapped(prompt.description, width_)) output_ << line << '\n';
  if (!prompt.labels.empty()) output_ << '\n';
  for (std::size_t number = 0; number < prompt.labels.size(); ++number) {
    output_ << fmt::format("{:3}. {}{}\n", number + 1, prompt.labels[number],
                           prompt.is_chosen(prompt.choices[number]) ? " *" : "");
  }
}

std::string TextDialogue::read_line(const Prompt& prompt) {
  output_ << '\n' << prompt.summary << (prompt.may_go_back ? " (< goes back)" : "");
  if (prompt.has_answer()) output_ << " [" << standard_of(prompt) << "] ";
  output_ << std::flush;
  std::optional<std::string> line;
  try {
    line = lines_();
  } catch (const Error&) {
    output_ << '\n';
    throw;
  }
  if (!line) {
    output_ << '\n';
    throw Error(fmt::format("there is no answer to '{}': the input has ended", prompt.name))
        .hint("'--answers FILE' takes answers from a file");
  }
  return std::string(base::trim(*line));
}

std::optional<std::string> TextDialogue::ask(const Prompt& prompt) {
  show(prompt);
  if (!prompt.has_answer()) {
    output_ << '\n' << prompt.summary << '\n' << std::flush;
    return "";
  }
  constexpr int most = 100;  // whoever answers so often is no person
  for (int wrong = 0; wrong < most; ++wrong) {
    const std::string said = read_line(prompt);
    if (said == "<" && prompt.may_go_back) return {};
    if (said.empty() && has_standard(prompt)) return prompt.value;
    if (const auto answer = understood(prompt, said)) return answer;
    output_ << what_is_asked(prompt) << '\n';
  }
  throw Error(fmt::format("{} answers to '{}', and none of them is one", most, prompt.name));
}

void TextDialogue::tell(const Prompt& prompt) {
  show(prompt);
  output_ << '\n' << prompt.summary << '\n' << std::flush;
}

void TextDialogue::progress(const std::string& doing, int percent) {
  const std::string line = fmt::format("{}: {} %", doing, percent);
  if (line != last_progress_) output_ << line << '\n' << std::flush;
  last_progress_ = line;
}

}  // namespace lucie::lmp
