#include <algorithm>
#include <fmt/format.h>
#include <regex>

#include "base/files.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/manifest.hpp"
#include "metapackage/template.hpp"

/// Which questions an LMP asks and which answers it uses must be the same ones.
namespace lucie::metapackage {
namespace {

constexpr std::string_view variable_start = "LUCIE_ANSWER_";

class UseFinder {
 public:
  UseFinder(const Lmp& lmp, std::vector<Fault>& faults) : lmp_(lmp), faults_(faults) {
    for (const Question& question : lmp.questions) {
      names_.push_back(question.name);
      by_variable_[config::answer_variable(question.name)] = question.name;
    }
  }

  void lists() {
    for (const PackageList& list : lmp_.lists) used_.insert(parse_condition(list.when).question);
  }

  /// Unknown names in templates are told when these are parsed.
  void templates() {
    for (const NodeFile& file : lmp_.files) {
      for (const std::string& variant : file.templates) {
        const auto& source = file.variants.at(variant);
        std::vector<Fault> told_elsewhere;
        used_.merge(Template(base::read_file(source), source.string(), told_elsewhere).answers_used());
      }
    }
  }

  void program(const std::filesystem::path& file) {
    const std::string text = base::read_file(file);
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
    int number = 0;
    for (const std::string& line : base::split(base::read_file(file), '\n')) {
      ++number;
      if (base::trim(line).starts_with('#')) continue;
      const bool reads = line.find("db_get") != std::string::npos || line.find("GET ") != std::string::npos;
      const std::regex pattern("lmp-" + escaped(lmp_.name) + "/([A-Za-z0-9][A-Za-z0-9._+-]*)");
      for_each(line, pattern, [&](const std::string& name, int column) {
        if (!known(name)) undeclared(name, {file.string(), number, column});
        if (reads) used_.insert(name);
      });
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
  static std::string escaped(const std::string& name) {
    return std::regex_replace(name, std::regex("[.+]"), "\\$&");
  }

  template <class Function>
  static void for_each(const std::string& line, const std::regex& pattern, Function function) {
    for (std::sregex_iterator found(line.begin(), line.end(), pattern), end; found != end; ++found) {
      function((*found)[1].str(), static_cast<int>(found->position(1)) + 1);
    }
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
    static const std::regex pattern("(LUCIE_ANSWER_[A-Za-z0-9_]*)");
    for_each(line, pattern, [&](const std::string& variable, int column) {
      const auto found = by_variable_.find(variable);
      if (found != by_variable_.end()) {
        used_.insert(found->second);
      } else if (variable == variable_start) {  // the rest of the name is worked out when it runs
        all_used_ = true;
      } else if (where.line > 0) {
        where.column = column;
        undeclared(variable.substr(variable_start.size()), where);
      }
    });
  }

  /// Modules ask the slice: `lucie_value answers/NAME/question`.
  void slice_paths(const std::string& line, Position where) {
    const std::regex pattern("answers/" + escaped(lmp_.name) + "/([A-Za-z0-9][A-Za-z0-9._+-]*)");
    for_each(line, pattern, [&](const std::string& name, int column) {
      where.column = column;
      if (!known(name) && where.line > 0) undeclared(name, where);
      used_.insert(name);
    });
  }

  const Lmp& lmp_;
  std::vector<Fault>& faults_;
  std::vector<std::string> names_;
  std::map<std::string, std::string> by_variable_;
  std::set<std::string> used_;
  bool all_used_ = false;
};

}  // namespace

void check_question_uses(const Lmp& lmp, std::vector<Fault>& faults) {
  UseFinder finder(lmp, faults);
  finder.lists();
  finder.templates();
  for (const auto* programs : {&lmp.scripts, &lmp.agents, &lmp.modules}) {
    for (const auto& program : *programs) finder.program(program);
  }
  finder.front_end(lmp.tree / "debconf/config");
  finder.report_unused();
}

}  // namespace lucie::metapackage
