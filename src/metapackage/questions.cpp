#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <regex>

#include "base/files.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/conditions.hpp"
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

/// One `Field: value` of a stanza with its continued lines, which debconf takes as a text of its own.
struct TemplateField {
  std::string name, value, extended;
  int line = 0;
};

using TemplateStanza = std::vector<TemplateField>;

/// "a, b\, c" as "a" and "b, c" (debconf-devel(7): a comma in a choice is escaped).
std::vector<std::string> split_choices(const std::string& text) {
  std::vector<std::string> choices(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == ' ')) {
      choices.back() += text[++i];
    } else if (text[i] == ',') {
      choices.emplace_back();
    } else {
      choices.back() += text[i];
    }
  }
  for (std::string& choice : choices) choice = base::trim(choice);
  std::erase(choices, "");
  return choices;
}

/// Reads debconf/templates as debconf does, with the place of everything that is wrong.
class TemplatesReader {
 public:
  TemplatesReader(const std::string& file, const std::string& lmp, std::vector<Fault>& faults)
      : file_(file), prefix_("lmp-" + lmp + "/"), faults_(faults) {}

  std::vector<Question> read(const std::string& text) {
    int number = 0;
    bool open = false;
    for (std::string line : base::split(text, '\n')) {
      ++number;
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
      if (line.empty()) {
        open = false;
      } else if (line.front() == ' ' || line.front() == '\t') {
        continued(line, number, open);
      } else {
        if (!open) stanzas_.emplace_back();
        open = true;
        field(line, number);
      }
    }
    std::vector<Question> questions;
    for (const TemplateStanza& stanza : stanzas_) {
      if (auto question = question_of(stanza)) questions.push_back(std::move(*question));
    }
    check_together(questions);
    return questions;
  }

 private:
  void fault(int line, int column, std::string message, std::string hint = {}) {
    faults_.push_back({{file_, line, column}, std::move(message), std::move(hint)});
  }

  void continued(const std::string& line, int number, bool open) {
    if (!open || stanzas_.back().empty()) return fault(number, 1, "a continued line that continues nothing");
    std::string& text = stanzas_.back().back().extended;
    if (base::trim(line) == ".") {
      text += "\n\n";
    } else {
      if (!text.empty() && text.back() != '\n') text += ' ';
      text += base::trim(line);
    }
  }

  void field(const std::string& line, int number) {
    static const std::regex pattern(R"(([A-Za-z][-_@.A-Za-z0-9]*):\s*(.*))");
    std::smatch parts;
    if (!std::regex_match(line, parts, pattern)) {
      return fault(number, 1, "it is no 'Field: value' of debconf's templates",
                   "continued lines begin with a blank; debconf knows no comments here");
    }
    TemplateField read{.name = parts[1], .value = parts[2], .extended = {}, .line = number};
    check_field(read);
    stanzas_.back().push_back(std::move(read));
  }

  void check_field(const TemplateField& field) {
    static const std::vector<std::string> known = {"Template", "Type",        "Default",
                                                   "Choices",  "Description", "Help"};
    const std::string name = field.name.substr(0, field.name.find('-'));  // "Description-de.UTF-8"
    for (const TemplateField& other : stanzas_.back()) {
      if (other.name != field.name) continue;
      return fault(field.line, 1, fmt::format("a second '{}' in one question", field.name),
                   "an empty line stands between questions");
    }
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    fault(field.line, 1, fmt::format("unknown field '{}'", field.name), base::did_you_mean(name, known));
  }

  static const TemplateField* find(const TemplateStanza& stanza, std::string_view name) {
    const auto found =
        std::find_if(stanza.begin(), stanza.end(), [&](const auto& each) { return each.name == name; });
    return found == stanza.end() ? nullptr : &*found;
  }

  std::optional<Question> question_of(const TemplateStanza& stanza) {
    if (stanza.empty()) return {};  // its only line was told as wrong
    const TemplateField* name = find(stanza, "Template");
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
    return question;
  }

  bool check_name(const TemplateField& field) {
    static const std::regex pattern("[A-Za-z0-9][A-Za-z0-9._+-]*");
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
    if (std::regex_match(name, pattern)) return true;
    fault(field.line, 11, fmt::format("'{}' is no name of a question", name),
          "letters, digits, '.', '_', '+' and '-'");
    return false;
  }

  void read_type(const TemplateStanza& stanza, const TemplateField& name, Question& question) {
    const TemplateField* type = find(stanza, "Type");
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
    const TemplateField* words = find(stanza, "Description");
    if (words == nullptr || words->value.empty()) {
      return fault(name.line, 1, "'Description' is missing in this question",
                   "its first line is what is asked");
    }
    question.summary = words->value;
    question.description = words->extended;
  }

  void read_choices(const TemplateStanza& stanza, const TemplateField& name, Question& question) {
    const bool chooses = question.type == "select" || question.type == "multiselect";
    const TemplateField* choices = find(stanza, "Choices-C");
    if (choices == nullptr) choices = find(stanza, "Choices");
    if (choices != nullptr) question.choices = split_choices(choices->value);
    if (chooses && question.choices.empty()) fault(name.line, 1, "'Choices' are missing in this question");
    if (!chooses && choices != nullptr) {
      fault(choices->line, 1, fmt::format("a question of type '{}' has no choices", question.type));
    }
  }

  void read_default(const TemplateStanza& stanza, Question& question) {
    const TemplateField* standard = find(stanza, "Default");
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
  std::vector<TemplateStanza> stanzas_;
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
  const std::string text = base::read_file(file);
  if (!base::is_utf8(text)) {
    faults.push_back({{file.string(), 0, 0}, "it is not UTF-8 text", "save the file as UTF-8"});
    return {};
  }
  return TemplatesReader(file.string(), lmp, faults).read(text);
}

}  // namespace lucie::metapackage
