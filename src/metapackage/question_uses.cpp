#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/manifest.hpp"

/// Which questions an LMP asks and which answers it uses must be the same ones.
namespace lucie::metapackage {
namespace {

constexpr std::string_view variable_start = "LUCIE_ANSWER_";
constexpr std::uintmax_t limit = 1 << 20;  ///< of a front end, in bytes

bool contains(const std::string& line, std::string_view text) {
  return line.find(text) != std::string::npos;
}

bool is_alphanumeric(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0;
}

/// Where a comment after commands begins; a "#" between quotes of the line is none.
std::size_t comment_of(const std::string& line) {
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (quote != 0) {
      if (line[at] == quote) quote = 0;
    } else if (line[at] == '\'' || line[at] == '"') {
      quote = line[at];
    } else if (line[at] == '#' && at > 0 && (line[at - 1] == ' ' || line[at - 1] == '\t')) {
      return at;
    }
  }
  return line.size();
}

class UseFinder {
 public:
  UseFinder(const Lmp& lmp, const std::set<std::string>& used, std::vector<Fault>& faults)
      : lmp_(lmp), faults_(faults), used_(used) {
    for (const Question& question : lmp.questions) {
      names_.push_back(question.name);
      by_variable_[config::answer_variable(question.name)] = question.name;
    }
  }

  void lists() {
    for (const PackageList& list : lmp_.lists) used_.insert(parse_condition(list.when).question);
  }

  void program(const std::filesystem::path& file) {
    const TreeTexts::Text kept = lmp_.texts->read(file);
    const std::string& text = *kept;
    const bool is_text = text.starts_with("#!");
    int number = 0;
    for (const std::string& line : base::split(text, '\n')) {
      ++number;
      if (is_text && base::trim(line).starts_with('#')) continue;
      variables(line, {file.string(), is_text ? number : 0, 0});
      slice_paths(line, {file.string(), is_text ? number : 0, 0});
    }
  }

  /// The front end: it may ask further for what was answered, and must not ask what is not declared.
  void front_end(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return;
    if (std::filesystem::file_size(file, ignored) > limit) {
      faults_.push_back({{file.string(), 0, 0}, "it is larger than 1 MiB", "a front end only asks"});
      return;
    }
    const std::string text = base::read_file(file, limit);
    interpreter(text, file);
    // What another file declares cannot be known here.
    const bool loads = text.find("X_LOADTEMPLATEFILE") != std::string::npos ||
                       text.find("db_x_loadtemplatefile") != std::string::npos;
    int number = 0;
    for (const std::string& line : base::split(text, '\n')) {
      ++number;
      if (base::trim(line).starts_with('#')) continue;
      asked(line, {file.string(), number, 0}, loads);
    }
  }

  void report_unused() {
    for (const Question& question : lmp_.questions) {
      if (all_used_ || !question.has_answer() || used_.contains(question.name)) continue;
      faults_.push_back({question.position, fmt::format("nothing uses the answer to '{}'", question.name),
                         fmt::format("'when' of a list, @{{answer.{}}} in a template or ${} in a script",
                                     question.name, config::answer_variable(question.name))});
    }
  }

 private:
  /// Calls `function` with each name after `start` in the line, and the place of its first letter.
  template <class Function>
  static void for_each(const std::string& line, const std::string& start, std::string_view further,
                       Function function) {
    for (auto at = line.find(start); at != std::string::npos; at = line.find(start, at + 1)) {
      const auto first = at + start.size();
      auto end = first;
      while (end < line.size() && (is_alphanumeric(line[end]) || further.find(line[end]) != further.npos))
        ++end;
      function(line.substr(first, end - first), first);
    }
  }

  /// `lmp configure` runs it by sh, and so does the package's own script that it becomes a part of.
  void interpreter(const std::string& text, const std::filesystem::path& file) {
    const std::string first = text.substr(0, text.find('\n'));
    if (!first.starts_with("#!")) return;
    const auto words = base::split_words(std::string_view(first).substr(2));
    if (!words.empty() && (words[0] == "/bin/sh" || words[0] == "/usr/bin/sh")) return;
    faults_.push_back({{file.string(), 1, 1},
                       fmt::format("the front end is a script of '{}'", words.empty() ? "" : words[0]),
                       "it is run by /bin/sh"});
  }

  void asked(const std::string& line, Position where, bool loads) {
    const bool reads = contains(line, "db_get") || contains(line, "GET ");
    const bool registers = contains(line, "db_register") || contains(line, "REGISTER ");
    const bool makes = contains(line, "db_data") || contains(line, "DATA ");
    const auto comment = comment_of(line);
    int count = 0;
    for_each(line, "lmp-" + lmp_.name + "/", "._+-", [&](const std::string& name, std::size_t at) {
      if (name.empty() || !is_alphanumeric(name.front())) return;
      ++count;
      if (makes || (registers && count == 2)) made_.insert(name);
      where.column = static_cast<int>(at) + 1;
      if (!known(name) && !made_.contains(name) && !loads && at < comment) undeclared(name, where);
      if (reads) used_.insert(name);
    });
  }

  bool known(const std::string& name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }

  void undeclared(const std::string& name, const Position& where) {
    const std::string meant = base::did_you_mean(name, names_);
    faults_.push_back({where, fmt::format("question '{}' is not declared", name),
                       meant.empty() ? "questions are declared in debconf/templates" : meant});
  }

  void variables(const std::string& line, Position where) {
    const auto comment = comment_of(line);
    for_each(line, std::string(variable_start), "_", [&](const std::string& rest, std::size_t at) {
      const auto found = by_variable_.find(std::string(variable_start) + rest);
      if (found != by_variable_.end()) {
        used_.insert(found->second);
      } else if (rest.empty()) {  // the rest of the name is worked out when it runs
        all_used_ = true;
      } else if (where.line > 0 && at < comment) {
        where.column = static_cast<int>(at - variable_start.size()) + 1;
        undeclared(rest, where);
      }
    });
  }

  /// Modules ask the slice: `lucie_value answers/NAME/question`.
  void slice_paths(const std::string& line, Position where) {
    const auto comment = comment_of(line);
    for_each(line, "answers/" + lmp_.name + "/", "._+-", [&](const std::string& name, std::size_t at) {
      if (name.empty() || !is_alphanumeric(name.front())) return;
      where.column = static_cast<int>(at) + 1;
      if (!known(name) && where.line > 0 && at < comment) undeclared(name, where);
      used_.insert(name);
    });
  }

  const Lmp& lmp_;
  std::vector<Fault>& faults_;
  std::set<std::string> used_, made_;
  std::vector<std::string> names_;
  std::map<std::string, std::string> by_variable_;
  bool all_used_ = false;
};

}  // namespace

void check_question_uses(const Lmp& lmp, const std::set<std::string>& used_by_templates,
                         std::vector<Fault>& faults) {
  UseFinder finder(lmp, used_by_templates, faults);
  finder.lists();
  for (const auto* programs : {&lmp.scripts, &lmp.agents, &lmp.modules}) {
    for (const auto& program : *programs) finder.program(program);
  }
  finder.front_end(lmp.tree / "debconf/config");
  finder.report_unused();
}

}  // namespace lucie::metapackage
