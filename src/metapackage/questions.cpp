#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <regex>

#include "base/files.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/debconf_templates.hpp"
#include "metapackage/manifest.hpp"

namespace lucie::metapackage {
namespace {

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 4> answered_types = {"string", "boolean", "select", "multiselect"};
constexpr std::array<std::string_view, 4> telling_types = {"text", "note", "title", "error"};

/// What an `answers` block takes for itself; a question of that name could not be answered.
constexpr std::array<std::string_view, 5> taken_names = {"lmp_name", "members", "name", "register", "use"};

/// Reads debconf/templates as debconf does, with the place of everything that is wrong.
class TemplatesReader {
 public:
  TemplatesReader(const std::string& file, const std::string& lmp, std::vector<Fault>& faults)
      : file_(file), prefix_("lmp-" + lmp + "/"), faults_(faults) {}

  std::vector<Question> read(const std::string& text) {
    std::vector<Question> questions;
    for (const TemplateStanza& stanza : parse_templates(text, file_, faults_)) {
      check_fields(stanza);
      if (auto question = question_of(stanza)) questions.push_back(std::move(*question));
    }
    check_together(questions);
    return questions;
  }

 private:
  void fault(int line, int column, std::string message, std::string hint = {}) {
    faults_.push_back({{file_, line, column}, std::move(message), std::move(hint)});
  }

  void check_fields(const TemplateStanza& stanza) {
    static const std::vector<std::string> known = {"Template", "Type",        "Default",
                                                   "Choices",  "Description", "Help"};
    for (const TemplateField& field : stanza) {
      const std::string name = field.name.substr(0, field.name.find('-'));  // "Description-de.UTF-8"
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        fault(field.line, 1, fmt::format("unknown field '{}'", field.name), base::did_you_mean(name, known));
      } else if (name.size() < field.name.size()) {
        check_translation(stanza, field, name, field.name.substr(name.size() + 1));
      }
    }
  }

  /// A field in another language, "Choices-ja.UTF-8". "C" is what a program gets (debconf-devel(7)).
  void check_translation(const TemplateStanza& stanza, const TemplateField& field, const std::string& name,
                         const std::string& language) {
    static const std::regex pattern(R"([a-z]{2,3}(_[A-Z]{2})?(@[a-z]+)?\.UTF-8)");
    if (name == "Template" || name == "Type") {
      return fault(field.line, 1, fmt::format("'{}' has no translations", name));
    }
    if (language != "C" && (language.size() > 40 || !std::regex_match(language, pattern))) {
      return fault(field.line, 1, fmt::format("'{}' names no language of translations", field.name),
                   fmt::format("a language and the encoding, as in '{}-ja.UTF-8'", name));
    }
    if (name != "Choices") return;
    const TemplateField* choices = find_field(stanza, "Choices");
    if (choices == nullptr) return fault(field.line, 1, fmt::format("'{}' without 'Choices'", field.name));
    const auto wanted = split_choices(choices->value).size(), count = split_choices(field.value).size();
    if (wanted == count) return;
    fault(field.line, static_cast<int>(field.name.size()) + 3,
          fmt::format("'{}' and 'Choices' differ in number: {} and {}", field.name, count, wanted),
          "they are taken one for the other in their order");
  }

  std::optional<Question> question_of(const TemplateStanza& stanza) {
    const TemplateField* name = find_field(stanza, "Template");
    if (name == nullptr) {
      fault(stanza.front().line, 1, "a question without 'Template'",
            fmt::format("begin with 'Template: {}NAME'", prefix_));
      return {};
    }
    if (!check_name(*name)) return {};
    Question question{.name = name->value.substr(prefix_.size()), .position = {file_, name->line, 11}};
    read_type(stanza, *name, question);
    read_words(stanza, *name, question);
    read_choices(stanza, *name, question);
    read_default(stanza, question);
    question.fields = template_fields(stanza);
    return question;
  }

  bool check_name(const TemplateField& field) {
    if (!field.value.starts_with(prefix_)) {
      fault(field.line, 11, fmt::format("question '{}' is not named '{}NAME'", field.value, prefix_));
      return false;
    }
    const std::string name = field.value.substr(prefix_.size());
    if (is_one_of(taken_names, name)) {
      fault(
          field.line, 11,
          fmt::format("question '{}' has a name that means something else in 'answers' blocks", field.value),
          "give it another name");
      return false;
    }
    if (base::is_name(name)) return true;
    fault(field.line, 11, fmt::format("'{}' is no name of a question", name),
          "letters, digits, '.', '_', '+' and '-'");
    return false;
  }

  void read_type(const TemplateStanza& stanza, const TemplateField& name, Question& question) {
    const TemplateField* type = find_field(stanza, "Type");
    if (type == nullptr) return fault(name.line, 1, "'Type' is missing in this question");
    question.type = type->value;
    if (is_one_of(answered_types, question.type) || is_one_of(telling_types, question.type)) return;
    if (question.type == "password") {
      return fault(type->line, 7, "answers are no place for passwords: every node's slice shows them",
                   "deliver it as a file with 'secret yes'");
    }
    std::vector<std::string> known(answered_types.begin(), answered_types.end());
    known.insert(known.end(), telling_types.begin(), telling_types.end());
    fault(type->line, 7, fmt::format("unknown type '{}' of a question", question.type),
          base::did_you_mean(question.type, known));
  }

  void read_words(const TemplateStanza& stanza, const TemplateField& name, Question& question) {
    const TemplateField* words = find_field(stanza, "Description");
    if (words == nullptr || words->value.empty()) {
      return fault(name.line, 1, "'Description' is missing in this question",
                   "its first line is what is asked");
    }
    question.summary = words->value;
    question.description = words->extended;
  }

  void read_choices(const TemplateStanza& stanza, const TemplateField& name, Question& question) {
    const bool chooses = question.type == "select" || question.type == "multiselect";
    const TemplateField* choices = find_field(stanza, "Choices-C");
    if (choices == nullptr) choices = find_field(stanza, "Choices");
    if (choices != nullptr) check_choices(*choices, question);
    if (chooses && question.choices.empty()) fault(name.line, 1, "'Choices' are missing in this question");
    if (!chooses && choices != nullptr) {
      fault(choices->line, 1, fmt::format("a question of type '{}' has no choices", question.type));
    }
  }

  /// debconf parts choices at a comma only where a blank follows.
  void check_choices(const TemplateField& field, Question& question) {
    question.choices = split_choices(field.value);
    std::vector<std::string> sorted = question.choices;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    const int column = static_cast<int>(field.name.size()) + 3;
    if (twice != sorted.end()) fault(field.line, column, fmt::format("'{}' is a choice twice", *twice));
    for (std::size_t i = 0; i + 1 < field.value.size(); ++i) {
      if (field.value[i] != ',' || field.value[i + 1] == ' ' || (i > 0 && field.value[i - 1] == '\\'))
        continue;
      return fault(field.line, column + static_cast<int>(i), "a comma without a blank parts no choices",
                   "write ', ' between choices and '\\,' for a comma of a choice");
    }
  }

  void read_default(const TemplateStanza& stanza, Question& question) {
    const TemplateField* standard = find_field(stanza, "Default");
    if (standard == nullptr) return;
    question.standard = standard->value;
    if (!question.has_answer()) return;
    if (question.type == "boolean" && question.standard != "true" && question.standard != "false") {
      return fault(standard->line, 10, fmt::format("'{}' is no default of a boolean", question.standard),
                   "debconf knows true and false");
    }
    const auto known = [&](const std::string& choice) {
      return std::find(question.choices.begin(), question.choices.end(), choice) != question.choices.end();
    };
    std::vector<std::string> chosen;
    if (question.type == "select") chosen = {question.standard};
    if (question.type == "multiselect") chosen = split_choices(question.standard);
    for (const std::string& choice : chosen) {
      if (!question.fixed_choices() || known(choice)) continue;
      fault(standard->line, 10, fmt::format("'{}' is none of the choices", choice),
            base::did_you_mean(choice, question.choices));
    }
  }

  /// Scripts get answers as LUCIE_ANSWER_name, where other letters than A-Z, a-z and 0-9 are '_'.
  void check_together(const std::vector<Question>& questions) {
    std::map<std::string, std::string> seen;
    for (const Question& question : questions) {
      const auto [first, fresh] = seen.emplace(config::answer_variable(question.name), question.name);
      if (fresh) continue;
      fault(question.position.line, question.position.column,
            first->second == question.name ? fmt::format("question '{}' is declared twice", question.name)
                                           : fmt::format("questions '{}' and '{}' are one to scripts: {}",
                                                         first->second, question.name, first->first));
    }
  }

  const std::string file_, prefix_;
  std::vector<Fault>& faults_;
};

}  // namespace

bool Question::has_answer() const {
  return is_one_of(answered_types, type);
}

bool Question::fixed_choices() const {
  return (type == "select" || type == "multiselect") &&
         std::none_of(choices.begin(), choices.end(),
                      [](const std::string& choice) { return choice.find("${") != std::string::npos; });
}

std::vector<Question> read_questions(const std::filesystem::path& file, const std::string& lmp,
                                     std::vector<Fault>& faults) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  constexpr std::size_t limit = 1 << 20;
  if (std::filesystem::file_size(file, ignored) > limit) {
    faults.push_back({{file.string(), 0, 0}, "it is larger than 1 MiB", "templates are texts for a person"});
    return {};
  }
  const std::string text = base::read_file(file, limit);
  if (!base::is_utf8(text)) {
    faults.push_back({{file.string(), 0, 0}, "it is not UTF-8 text", "save the file as UTF-8"});
    return {};
  }
  return TemplatesReader(file.string(), lmp, faults).read(text);
}

}  // namespace lucie::metapackage
