#include "lmp/front_end/protocol.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <limits>

#include "base/text.hpp"

namespace lucie::lmp {
namespace {

using metapackage::Question;

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

/// "30 question skipped": the code and what it is about.
std::string done(const std::string& text = {}) {
  return text.empty() ? "0" : "0 " + text;
}

std::string no_question(const std::string& name) {
  return fmt::format("10 {} doesn't exist", name);
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
  if (first >= words.size()) return {};
  return base::join({words.begin() + static_cast<std::ptrdiff_t>(first), words.end()}, " ");
}

/// Words of a line in which "\n" stands for a newline and "\" before a character for that character.
std::vector<std::string> unescaped_words(const std::string& line) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      words.back() += line[++i] == 'n' ? '\n' : line[i];
    } else if (line[i] == ' ' || line[i] == '\t') {
      words.emplace_back();
    } else {
      words.back() += line[i];
    }
  }
  return words;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\\') result += "\\\\";
    if (letter == '\n') result += "\\n";
    if (letter != '\\' && letter != '\n') result += letter;
  }
  return result;
}

std::string substituted(std::string text, const std::map<std::string, std::string>& variables) {
  for (const auto& [name, value] : variables) {
    const std::string mark = "${" + name + "}";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

}  // namespace

DebconfProtocol::DebconfProtocol(const metapackage::Lmp& lmp, const metapackage::Answers& answers,
                                 Dialogue* dialogue)
    : prefix_("lmp-" + lmp.name + "/"), title_("Configuring lmp-" + lmp.name), dialogue_(dialogue) {
  for (const Question& question : lmp.questions) {
    const auto known = answers.find(question.name);
    const std::string name = prefix_ + question.name;
    questions_[name] = {&question, known == answers.end() ? question.standard : known->second, {}, {}};
    own_.push_back(name);
  }
}

const std::map<std::string, DebconfProtocol::Known>& DebconfProtocol::commands() {
  using P = DebconfProtocol;
  static const std::map<std::string, Known> known = {
      {"version", {&P::version, 0, 1}},
      {"capb", {&P::capabilities, 0, any_number}},
      {"title", {&P::title, 0, any_number}},
      {"settitle", {&P::title_question, 1, 1}},
      {"input", {&P::input, 2, 2}},
      {"beginblock", {&P::accept, 0, any_number}},
      {"endblock", {&P::accept, 0, any_number}},
      {"go", {&P::go, 0, 0}},
      {"clear", {&P::clear, 0, 0}},
      {"get", {&P::get, 1, 1}},
      {"set", {&P::set, 1, any_number}},
      {"reset", {&P::reset, 1, 1}},
      {"subst", {&P::substitute, 2, any_number}},
      {"fget", {&P::flag, 2, 2}},
      {"fset", {&P::set_flag, 3, any_number}},
      {"metaget", {&P::meta, 2, 2}},
      {"exist", {&P::exist, 1, 1}},
      {"visible", {&P::visible, 2, 2}},
      {"register", {&P::add_question, 2, 2}},
      {"unregister", {&P::remove_question, 1, 1}},
      {"info", {&P::accept, 0, 1}},
      {"progress", {&P::accept, 1, any_number}},
  };
  return known;
}

std::optional<std::string> DebconfProtocol::reply(const std::string& line) {
  Words words = escapes_ ? unescaped_words(line) : base::split_words(line);
  if (words.empty() || words.front().empty()) return fmt::format("20 Bad line \"{}\"", line);
  std::string command = words.front();
  std::transform(command.begin(), command.end(), command.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  words.erase(words.begin());
  if (command == "stop") return {};
  const auto known = commands().find(command);
  if (known == commands().end()) return fmt::format("20 Unsupported command \"{}\"", command);
  if (words.size() < known->second.least || words.size() > known->second.most) {
    return "20 Incorrect number of arguments";
  }
  return (this->*known->second.run)(words);
}

metapackage::Answers DebconfProtocol::answers() const {
  metapackage::Answers answers;
  for (const std::string& name : own_) {
    const auto found = questions_.find(name);
    if (found == questions_.end() || !found->second.shape->has_answer()) continue;
    answers[found->second.shape->name] = found->second.value;
  }
  return answers;
}

DebconfProtocol::Asked* DebconfProtocol::find(const std::string& name) {
  const auto found = questions_.find(name);
  return found == questions_.end() ? nullptr : &found->second;
}

std::string DebconfProtocol::value_reply(const std::string& value) const {
  if (escapes_) return "1 " + escaped(value);
  return "0 " + value.substr(0, value.find('\n'));
}

std::string DebconfProtocol::version(const Words& words) {
  if (words.empty() || words.front().substr(0, words.front().find('.')) == "2") return done("2.1");
  return fmt::format("30 Version {} is not spoken here, only 2.1", words.front());
}

std::string DebconfProtocol::capabilities(const Words& words) {
  const auto wanted = [&](const char* name) {
    return std::find(words.begin(), words.end(), name) != words.end();
  };
  may_go_back_ = wanted("backup");
  escapes_ = wanted("escape");
  return done("multiselect escape backup");
}

std::string DebconfProtocol::title(const Words& words) {
  title_ = joined(words, 0);
  return done();
}

std::string DebconfProtocol::title_question(const Words& words) {
  const Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  title_ = substituted(asked->shape->summary, asked->variables);
  return done();
}

std::string DebconfProtocol::input(const Words& words) {
  constexpr std::array<std::string_view, 4> priorities = {"low", "medium", "high", "critical"};
  if (std::find(priorities.begin(), priorities.end(), words[0]) == priorities.end()) {
    return fmt::format("20 \"{}\" is not a valid priority", words[0]);
  }
  if (find(words[1]) == nullptr) return no_question(words[1]);
  if (dialogue_ == nullptr) return "30 question skipped";
  // Whoever runs the front end by hand wants all of it, whatever the priority.
  pending_.push_back(words[1]);
  return done("question will be asked");
}

Prompt DebconfProtocol::prompt_of(const std::string& name, bool may_go_back) {
  const Asked& asked = *find(name);
  Prompt prompt{title_, *asked.shape, asked.value, may_go_back};
  prompt.question.summary = substituted(prompt.question.summary, asked.variables);
  prompt.question.description = substituted(prompt.question.description, asked.variables);
  std::vector<std::string> choices;
  for (const std::string& choice : prompt.question.choices) {
    const std::string filled = substituted(choice, asked.variables);
    const auto several = filled == choice ? Words{choice} : base::split_list(filled);
    choices.insert(choices.end(), several.begin(), several.end());
  }
  prompt.question.choices = std::move(choices);
  return prompt;
}

/// Asks one question after another; false when the person went back before the first.
bool DebconfProtocol::ask_pending() {
  std::map<std::string, std::string> given;
  for (std::size_t number = 0; number < pending_.size();) {
    Prompt prompt = prompt_of(pending_[number], may_go_back_ || number > 0);
    if (given.contains(pending_[number])) prompt.value = given.at(pending_[number]);
    const auto answer = dialogue_->ask(prompt);
    if (!answer && number == 0) return false;
    if (answer && prompt.question.has_answer()) given[pending_[number]] = *answer;
    number = answer ? number + 1 : number - 1;
  }
  for (const auto& [name, answer] : given) find(name)->value = answer;
  for (const std::string& name : pending_) find(name)->flags["seen"] = "true";
  return true;
}

std::string DebconfProtocol::go(const Words&) {
  const bool forward = pending_.empty() || ask_pending();
  pending_.clear();
  return forward ? done("ok") : "30 backup";
}

std::string DebconfProtocol::clear(const Words&) {
  pending_.clear();
  return done();
}

std::string DebconfProtocol::get(const Words& words) {
  const Asked* asked = find(words[0]);
  return asked != nullptr ? value_reply(asked->value) : no_question(words[0]);
}

std::string DebconfProtocol::set(const Words& words) {
  Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  asked->value = joined(words, 1);
  return done("value set");
}

std::string DebconfProtocol::reset(const Words& words) {
  Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  asked->value = asked->shape->standard;
  asked->flags["seen"] = "false";
  return done();
}

std::string DebconfProtocol::substitute(const Words& words) {
  Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  asked->variables[words[1]] = joined(words, 2);
  return done();
}

std::string DebconfProtocol::flag(const Words& words) {
  Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  const auto found = asked->flags.find(words[1]);
  return done(found == asked->flags.end() ? "false" : found->second);
}

std::string DebconfProtocol::set_flag(const Words& words) {
  Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  asked->flags[words[1]] = joined(words, 2);
  return done(asked->flags[words[1]]);
}

std::string DebconfProtocol::meta(const Words& words) {
  const Asked* asked = find(words[0]);
  if (asked == nullptr) return no_question(words[0]);
  const Question& shape = *asked->shape;
  const std::map<std::string, std::string> fields = {
      {"type", shape.type},
      {"default", shape.standard},
      {"choices", base::join(shape.choices, ", ")},
      {"description", substituted(shape.summary, asked->variables)},
      {"extended_description", substituted(shape.description, asked->variables)}};
  std::string name = words[1];
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto field = fields.find(name);
  return field != fields.end() ? value_reply(field->second) : fmt::format("10 {} does not exist", words[1]);
}

std::string DebconfProtocol::exist(const Words& words) {
  return done(find(words[0]) != nullptr ? "true" : "false");
}

std::string DebconfProtocol::visible(const Words& words) {
  if (find(words[1]) == nullptr) return no_question(words[1]);
  return done(dialogue_ != nullptr ? "true" : "false");
}

/// REGISTER: a further question of the form of one that is declared.
std::string DebconfProtocol::add_question(const Words& words) {
  const Asked* form = find(words[0]);
  if (form == nullptr) return fmt::format("10 No such template, \"{}\"", words[0]);
  questions_.try_emplace(words[1], Asked{form->shape, form->shape->standard, {}, {}});
  return done();
}

std::string DebconfProtocol::remove_question(const Words& words) {
  if (find(words[0]) == nullptr) return no_question(words[0]);
  if (std::find(pending_.begin(), pending_.end(), words[0]) != pending_.end()) {
    return fmt::format("10 {} is busy, cannot unregister right now", words[0]);
  }
  questions_.erase(words[0]);
  return done();
}

/// What changes nothing here.
std::string DebconfProtocol::accept(const Words&) {
  return done();
}

}  // namespace lucie::lmp
