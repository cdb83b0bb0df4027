#include "metapackage/front_end.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/files.hpp"
#include "base/fill.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "config/block.hpp"
#include "metapackage/conditions.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

std::string read_part(const fs::path& templates, const char* name) {
  std::string text = base::read_file(templates / "front-end" / name);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// One command for each question that has an answer, indented as in the maintainer scripts.
template <class Function>
std::string for_questions(const Lmp& lmp, Function command) {
  std::string text;
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    text += (text.empty() ? "        " : "\n        ") + command(question);
  }
  return text;
}

std::string words_of(const Question& question) {
  return fmt::format("{} {} {}", base::shell_quote(question.name), base::shell_quote(question.type),
                     base::shell_quote(question.standard));
}

/// A line of the program's first file (answers.awk).
std::string question_line(const Question& question, const std::string& answer) {
  return fmt::format("{}\t{}\t{}\t{}\n", question.name, question.type, question.standard, answer);
}

std::string normal(const Question& question, const std::string& answer) {
  if (question.type != "boolean") return answer;
  return is_true(answer) ? "true" : "false";
}

}  // namespace

std::string answers_path(const std::string& lmp) {
  return fmt::format("/etc/lucie/lmp/{}/answers.conf", lmp);
}

bool has_questions(const Lmp& lmp) {
  return std::any_of(lmp.questions.begin(), lmp.questions.end(),
                     [](const Question& question) { return question.has_answer(); });
}

namespace {

/// "#!/bin/sh -e" as "set -e".
std::string without_interpreter(const std::string& text) {
  if (!text.starts_with("#!")) return text;
  const auto end = std::min(text.find('\n'), text.size());
  auto words = base::split_words(std::string_view(text).substr(2, end - 2));
  if (!words.empty()) words.erase(words.begin());
  const std::string rest = text.substr(std::min(end + 1, text.size()));
  return words.empty() ? rest : fmt::format("set {}\n{}", base::join(words, " "), rest);
}

}  // namespace

std::string asking_commands(const Lmp& lmp) {
  const fs::path own = lmp.tree / "debconf/config";
  std::error_code ignored;
  if (fs::exists(own, ignored)) {
    const std::string text = base::read_file(own);
    return without_interpreter(text);
  }
  std::string text;
  for (const Question& question : lmp.questions) {
    if (question.has_answer())
      text += fmt::format("db_input high lmp-{}/{} || true\n", lmp.name, question.name);
  }
  return text + "db_go || true\n";
}

std::vector<ArchiveEntry> front_end_members(const Lmp& lmp, const fs::path& templates) {
  if (!has_questions(lmp)) return {};
  const std::string prefix = "lmp-" + lmp.name + "/";
  std::map<std::string, std::string> fields = {{"name", lmp.name}};
  fields["awk"] = read_part(templates, "answers.awk");
  fields["header"] = base::fill(read_part(templates, "header.in"), fields);
  fields["config"] = std::string(base::trim(asking_commands(lmp)));
  fields["questions"] = for_questions(lmp, [](const Question& question) {
    return fmt::format("printf '%s\\t%s\\t%s\\t\\n' {}", words_of(question));
  });
  fields["tell"] = for_questions(
      lmp, [&](const Question& question) { return fmt::format("tell {}{}", prefix, words_of(question)); });
  std::vector<ArchiveEntry> members;
  for (const char* script : {"config", "postinst", "postrm"}) {
    members.push_back(
        {.path = script,
         .content = base::fill(read_part(templates, (script + std::string(".in")).c_str()), fields) + "\n",
         .mode = 0755});
  }
  members.push_back({.path = "templates", .content = base::read_file(lmp.tree / "debconf/templates")});
  return members;
}

std::string answers_scriptlet(const Lmp& lmp, const fs::path& templates) {
  if (!has_questions(lmp)) return {};
  const auto lines = base::split(fresh_answers(lmp, templates), '\n');
  const std::string commands = for_questions(lmp, [&](const Question& question) {
    const auto line = std::find_if(lines.begin(), lines.end(), [&](const std::string& each) {
      return each.starts_with("    " + question.name + " ");
    });
    return fmt::format("answer {} {}", base::shell_quote(question.name),
                       base::shell_quote(line == lines.end() ? std::string() : *line));
  });
  const std::map<std::string, std::string> name = {{"name", lmp.name}};
  return base::fill(read_part(templates, "post.in"),
                    {{"name", lmp.name},
                     {"path", answers_path(lmp.name)},
                     {"header", base::fill(read_part(templates, "header.in"), name)},
                     {"answers", commands}}) +
         "\n";
}

std::string sorted_members(const std::vector<std::string>& members) {
  const std::set<std::string> sorted(members.begin(), members.end());
  return base::join({sorted.begin(), sorted.end()}, ", ");
}

std::vector<AnswersFor> answers_by_members(const Lmp& lmp, const std::string& text, const std::string& name) {
  config::Text read = config::parse_text(text, name);
  config::check_schema(read.blocks, {"answers"}, read.faults);
  if (!read.faults.empty()) throw FaultsError(std::move(read.faults));
  std::vector<AnswersFor> all(1);
  for (const config::Block& block : read.blocks) {
    const config::Attribute* owner = block.find("lmp_name");
    if (owner == nullptr || owner->value != lmp.name || block.find("register") != nullptr) continue;
    std::vector<std::string> names;
    if (const config::Attribute* members = block.find("members")) {
      for (const config::Item& item : members->items()) names.push_back(item.text);
    }
    const std::string members = sorted_members(names);
    auto known =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.members == members; });
    if (known == all.end()) known = all.insert(all.end(), {.members = members});
    for (const Question& question : lmp.questions) {
      if (const config::Attribute* answer = block.find(question.name)) {
        known->answers.emplace(question.name, normal(question, answer->value));
      }
    }
  }
  return all;
}

namespace {

/// What the text says for these members, then what it says for all, then the defaults.
Answers in_force(const Lmp& lmp, const std::string& text, const std::string& members) {
  Answers answers;
  const auto all = answers_by_members(lmp, text, "answers.conf");
  for (const AnswersFor& each : all) {
    if (each.members == members) answers = each.answers;
  }
  answers.insert(all.front().answers.begin(), all.front().answers.end());
  for (const Question& question : lmp.questions) answers.emplace(question.name, question.standard);
  return answers;
}

}  // namespace

std::string changed_answers(const Lmp& lmp, const std::string& text, const AnswersFor& given,
                            const fs::path& templates) {
  const bool fresh = text.empty() && given.members.empty();
  const base::TemporaryDirectory work("lucie-answers");
  Answers others = in_force(lmp, text, "");
  std::string lines;
  for (Question question : lmp.questions) {
    const auto answer = given.answers.find(question.name);
    if (!given.members.empty()) question.standard = normal(question, others[question.name]);
    if (answer != given.answers.end()) lines += question_line(question, answer->second);
  }
  if (lines.empty()) return text;
  const std::string header = base::fill(read_part(templates, "header.in"), {{"name", lmp.name}}) + "\n";
  base::write_file(work.path() / "questions", lines);
  base::write_file(work.path() / "old", text.empty() ? header : text);
  const std::string changed = base::run_or_throw(
      {.argv = {"awk", "-v", "mode=set", "-v", "lmp=" + lmp.name, "-v", "members=" + given.members, "-v",
                fresh ? "fresh=1" : "fresh=0", "-f", (templates / "front-end/answers.awk").string(),
                (work.path() / "questions").string(), (work.path() / "old").string()}});
  const Answers now = in_force(lmp, changed, given.members);
  for (const Question& question : lmp.questions) {
    const auto wanted = given.answers.find(question.name);
    if (wanted == given.answers.end()) continue;
    if (normal(question, now.at(question.name)) == normal(question, wanted->second)) continue;
    throw Error(fmt::format("the answer to '{}' cannot be written into the answers file", question.name))
        .hint(fmt::format("change it by hand to '{}'", wanted->second));
  }
  return changed;
}

}  // namespace lucie::metapackage
