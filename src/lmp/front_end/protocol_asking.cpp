#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/text.hpp"
#include "lmp/front_end/protocol.hpp"
#include "metapackage/debconf_templates.hpp"

/// The commands of debconf's protocol that have something shown.
namespace lucie::lmp {
namespace {

/// -1 for what is none.
int rank(const std::string& priority) {
  constexpr std::array<std::string_view, 4> priorities = {"low", "medium", "high", "critical"};
  const auto found = std::find(priorities.begin(), priorities.end(), priority);
  return found == priorities.end() ? -1 : static_cast<int>(found - priorities.begin());
}

std::optional<long> number_of(const std::string& word) {
  long number = 0;
  const auto end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return {};
  return std::clamp(number, -1000000000L, 1000000000L);
}

}  // namespace

bool DebconfProtocol::is_visible(const std::string& priority, const Question& question) const {
  const std::string type = questions_.field(question, "type");
  if (!dialogue_.asks()) return false;
  if (type == "error") return true;
  if (rank(priority) < rank(priority_) || Questions::flag(question, "seen") == "true") return false;
  // Where there is nothing to choose nobody is asked.
  if (type == "select") return questions_.choices(question).size() > 1;
  return type != "multiselect" || !questions_.choices(question).empty();
}

std::string DebconfProtocol::input(const Words& words) {
  const Question* question = questions_.find(words[1]);
  if (question == nullptr) return no_question('"' + words[1] + '"');
  if (rank(words[0]) < 0) return fmt::format("20 \"{}\" is not a valid priority", words[0]);
  const bool asked = is_visible(words[0], *question);
  const bool twice = std::any_of(pending_.begin(), pending_.end(),
                                 [&](const Pending& pending) { return pending.name == words[1]; });
  if (!twice) pending_.push_back({words[1], asked, questions_.value(*question)});
  return asked ? done("question will be asked") : "30 question skipped";
}

Prompt DebconfProtocol::prompt_of(const Pending& pending, bool may_go_back) {
  const Question& question = *questions_.find(pending.name);
  Prompt prompt{
      .name = pending.name.starts_with(prefix_) ? pending.name.substr(prefix_.size()) : pending.name,
      .type = questions_.field(question, "type"),
      .title = base::escape_control(title_),
      .backtitle = base::escape_control(information_),
      .summary = base::escape_control(questions_.field(question, "description")),
      .description = base::escape_control(questions_.field(question, "extended_description"), "\n"),
      .value = pending.value,
      .may_go_back = may_go_back};
  if (prompt.type != "select" && prompt.type != "multiselect") return prompt;
  prompt.choices = questions_.choices_of_answer(question);
  prompt.labels = questions_.choices(question);
  prompt.labels.resize(prompt.choices.size());
  for (std::size_t number = 0; number < prompt.labels.size(); ++number) {
    std::string& label = prompt.labels[number];
    label = base::escape_control(label.empty() ? prompt.choices[number] : label);
  }
  return prompt;
}

/// What a question has after a GO that did not show it.
std::string DebconfProtocol::value_without_asking(const Pending& pending) {
  const Question& question = *questions_.find(pending.name);
  const std::string type = questions_.field(question, "type");
  if (type == "error" && Questions::flag(question, "seen") != "true")
    dialogue_.tell(prompt_of(pending, false));
  if (type == "error" || type == "text") return {};
  if (type != "select") return pending.value;
  const auto choices = questions_.choices_of_answer(question);
  if (std::find(choices.begin(), choices.end(), pending.value) != choices.end()) return pending.value;
  return choices.empty() ? std::string() : choices.front();
}

/// Asks one question after another; false when the person went back before the first.
bool DebconfProtocol::ask_pending() {
  std::vector<Pending*> shown;
  for (Pending& pending : pending_) {
    if (pending.visible) {
      shown.push_back(&pending);
    } else {
      pending.value = value_without_asking(pending);
    }
  }
  if (shown.empty()) return !went_back_;  // who went back goes on to what is shown
  std::size_t number = went_back_ ? shown.size() - 1 : 0;
  while (number < shown.size()) {
    commands_since_asked_ = 0;
    const auto answer = dialogue_.ask(prompt_of(*shown[number], may_go_back_ || number > 0));
    if (answer) shown[number]->value = *answer;
    if (!answer && number == 0) return false;
    number = answer ? number + 1 : number - 1;
  }
  return true;
}

std::string DebconfProtocol::go(const Words&) {
  const bool forward = ask_pending();
  if (forward) {
    for (const Pending& pending : pending_) questions_.find(pending.name)->value = pending.value;
  }
  went_back_ = !forward;
  pending_.clear();
  return forward ? done("ok") : "30 backup";
}

std::string DebconfProtocol::clear(const Words&) {
  pending_.clear();
  return done();
}

std::string DebconfProtocol::visible(const Words& words) {
  const Question* question = questions_.find(words[1]);
  if (question == nullptr) return no_question(words[1]);
  return done(is_visible(words[0], *question) ? "true" : "false");
}

std::string DebconfProtocol::tell_progress() {
  if (!progress_) return "20 There is no progress that was started";
  progress_->now = std::clamp(progress_->now, progress_->first, progress_->last);
  const long whole = std::max(progress_->last - progress_->first, 1L);
  dialogue_.progress(base::escape_control(progress_->doing),
                     static_cast<int>((progress_->now - progress_->first) * 100 / whole));
  return done("OK");
}

std::string DebconfProtocol::start_progress(const Words& words) {
  const auto first = number_of(words[1]), last = number_of(words[2]);
  if (!first || !last) return fmt::format("20 \"{} {}\" are no numbers", words[1], words[2]);
  if (*first > *last) return fmt::format("20 min ({}) > max ({})", *first, *last);
  const Question* question = questions_.find(words[3]);
  if (question == nullptr) return no_question(words[3]);
  progress_ = Progress{questions_.field(*question, "description"), *first, *last, *first};
  return tell_progress();
}

std::string DebconfProtocol::progress(const Words& words) {
  std::string what = words[0];
  std::transform(what.begin(), what.end(), what.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::map<std::string, std::size_t> known = {
      {"start", 4}, {"set", 2}, {"step", 2}, {"info", 2}, {"stop", 1}};
  const auto wanted = known.find(what);
  if (wanted == known.end()) return "20 Unknown subcommand";
  if (words.size() != wanted->second) return "20 Incorrect number of arguments";
  if (what == "start") return start_progress(words);
  if (!progress_) return "20 There is no progress that was started";
  if (what == "stop") {
    progress_.reset();
    return done("OK");
  }
  if (what == "info") {
    const Question* question = questions_.find(words[1]);
    if (question == nullptr) return no_question(words[1]);
    progress_->doing = questions_.field(*question, "description");
  } else {
    const auto number = number_of(words[1]);
    if (!number) return fmt::format("20 \"{}\" is no number", words[1]);
    progress_->now = *number + (what == "step" ? progress_->now : 0);
  }
  return tell_progress();
}

}  // namespace lucie::lmp
