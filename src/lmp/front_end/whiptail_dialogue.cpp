#include "lmp/front_end/whiptail_dialogue.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.hpp"
#include "base/text.hpp"
#include "lmp/front_end/child.hpp"
#include "lmp/front_end/wrapping.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/debconf_templates.hpp"

namespace lucie::lmp {
namespace {

constexpr int escape_status = 255;
/// What whiptail draws around a text: frame, margins, buttons.
constexpr int frame_columns = 8, frame_lines = 7;

struct Size {
  int columns = 80, lines = 24;
};

Size terminal_size() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::vector<std::string> text_of(const Prompt& prompt, int width) {
  std::vector<std::string> lines = wrapped(prompt.description, static_cast<std::size_t>(width));
  if (!lines.empty()) lines.emplace_back();
  for (const std::string& line : wrapped(prompt.summary, static_cast<std::size_t>(width)))
    lines.push_back(line);
  return lines;
}

int widest(const Prompt& prompt, const std::vector<std::string>& lines) {
  std::size_t width = std::max<std::size_t>(columns(prompt.title) + 4, 30);
  for (const std::string& line : lines) width = std::max(width, columns(line));
  for (const std::string& label : prompt.labels) width = std::max(width, columns(label) + 8);
  return static_cast<int>(width);
}

/// Number and label of each choice, and for a list of several whether it is chosen.
void add_choices(const Prompt& prompt, std::vector<std::string>& words) {
  for (std::size_t number = 0; number < prompt.choices.size(); ++number) {
    words.push_back(std::to_string(number + 1));
    words.push_back(prompt.labels[number]);
    if (prompt.type == "multiselect")
      words.push_back(prompt.is_chosen(prompt.choices[number]) ? "on" : "off");
  }
}

const char* kind_of(const Prompt& prompt) {
  if (!prompt.has_answer()) return "--msgbox";
  if (prompt.type == "boolean") return "--yesno";
  if (prompt.type == "select") return "--menu";
  return prompt.type == "multiselect" ? "--checklist" : "--inputbox";
}

}  // namespace

std::vector<std::string> whiptail_words(const Prompt& prompt, int terminal_columns, int terminal_lines) {
  std::vector<std::string> words = {"--title", prompt.title, "--backtitle", prompt.backtitle};
  const auto text = text_of(prompt, std::max(terminal_columns - frame_columns - 4, 20));
  const int count = static_cast<int>(prompt.choices.size());
  const int text_lines = static_cast<int>(text.size());
  const int room = std::max(terminal_lines - 2, 10);
  const int list = std::clamp(count, 0, std::max(room - frame_lines - text_lines - 1, 3));
  const int extra = count > 0 ? list + 1 : std::string_view(kind_of(prompt)) == "--inputbox" ? 1 : 0;
  const int height = std::min(text_lines + frame_lines + extra, room);
  if (text_lines + frame_lines + extra > room) words.emplace_back("--scrolltext");
  if (prompt.may_go_back) {
    words.insert(words.end(), {"--cancel-button", "Back"});
  } else {
    words.emplace_back("--nocancel");
  }
  if (prompt.type == "boolean" && !metapackage::is_true(prompt.value)) words.emplace_back("--defaultno");
  if (count > 0) words.emplace_back("--notags");
  if (prompt.type == "multiselect") words.emplace_back("--separate-output");
  const auto chosen = std::find(prompt.choices.begin(), prompt.choices.end(), prompt.value);
  if (prompt.type == "select" && chosen != prompt.choices.end()) {
    words.insert(words.end(), {"--default-item", std::to_string(chosen - prompt.choices.begin() + 1)});
  }
  words.emplace_back(kind_of(prompt));
  words.insert(words.end(),
               {"--", base::join(text, "\n"), std::to_string(height),
                std::to_string(std::min(widest(prompt, text) + frame_columns, terminal_columns))});
  if (count > 0) words.push_back(std::to_string(list));
  if (std::string_view(kind_of(prompt)) == "--inputbox") words.push_back(prompt.value);
  add_choices(prompt, words);
  return words;
}

std::string whiptail_answer(const Prompt& prompt, int status, const std::string& output) {
  if (!prompt.has_answer()) return {};
  if (prompt.type == "boolean") return status == 0 ? "true" : "false";
  if (prompt.choices.empty()) return std::string(base::trim(output));
  std::vector<std::string> chosen;
  for (const std::string& line : base::split_words(output)) {
    const auto number = static_cast<std::size_t>(std::strtoul(line.c_str(), nullptr, 10));
    if (number >= 1 && number <= prompt.choices.size()) chosen.push_back(prompt.choices[number - 1]);
  }
  if (prompt.type == "multiselect") return metapackage::join_choices(chosen);
  return chosen.empty() ? std::string() : chosen.front();
}

bool WhiptailDialogue::is_possible() {
  const char* terminal = std::getenv("TERM");
  const std::string_view name = terminal != nullptr ? terminal : "";
  if (name.empty() || name == "dumb" || name == "unknown" || name.find("emacs") != name.npos) return false;
  const Size size = terminal_size();
  return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0 && size.columns >= 40 && size.lines >= 13 &&
         !base::find_in_path("whiptail").empty();
}

WhiptailDialogue::Said WhiptailDialogue::run(const Prompt& prompt,
                                             const std::vector<std::string>& words) const {
  Pipe answer;
  std::vector<std::string> all = {"whiptail", "--output-fd", std::to_string(answer.write_end.get())};
  all.insert(all.end(), words.begin(), words.end());
  Child child(all, {.output = STDERR_FILENO, .further = answer.write_end.get()}, false);
  answer.write_end.reset();
  std::string text;
  std::array<char, 4096> buffer{};
  while (interruption_.wait_for_input(answer.read_end.get())) {
    const ssize_t count = read(answer.read_end.get(), buffer.data(), buffer.size());
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const int status = child.wait(interruption_).value_or(0);
  if (!WIFEXITED(status)) {
    throw Error(fmt::format("whiptail failed at '{}': {}", prompt.name, how_it_ended(status)))
        .hint("'--frontend text' asks without it; nothing was written");
  }
  return {WEXITSTATUS(status), text};
}

std::optional<std::string> WhiptailDialogue::ask(const Prompt& prompt) {
  const Size size = terminal_size();
  const Said said = run(prompt, whiptail_words(prompt, size.columns, size.lines));
  const bool says_no = prompt.type == "boolean" && said.status == 1;
  if (said.status == 0 || says_no) return whiptail_answer(prompt, said.status, said.text);
  if (said.status == 1 || said.status == escape_status) {  // menus tell Esc as 1, other boxes as 255
    if (prompt.may_go_back) return {};
    if (!prompt.has_answer()) return "";
    throw Error(fmt::format("given up at '{}'", prompt.name)).hint("nothing was written");
  }
  throw Error(fmt::format("whiptail failed at '{}': exit status {}", prompt.name, said.status))
      .hint("'--frontend text' asks without it; nothing was written");
}

void WhiptailDialogue::progress(const std::string& doing, int percent) {
  const std::string text = fmt::format("{}: {} %", doing, percent);
  run({.name = "progress"},
      {"--infobox", "--", text, "7", std::to_string(static_cast<int>(columns(text)) + frame_columns)});
}

}  // namespace lucie::lmp
