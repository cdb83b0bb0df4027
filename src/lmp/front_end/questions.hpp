#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// The names that a template's fields may end in for a user, best first: "ja_jp.utf-8", "ja_jp", "ja.utf-8",
/// "ja" for ja_JP.UTF-8, as debconf looks for them. `language`, `locale`: LANGUAGE, and the locale of
/// messages.
std::vector<std::string> language_endings(const std::string& language, const std::string& locale);

/// The same from LANGUAGE, LC_ALL, LC_MESSAGES and LANG.
std::vector<std::string> language_endings_from_environment();

/// What debconf keeps in its databases, for one run of a front end: templates, and the questions that were
/// made of them with their values, flags and variables (debconf-devel(7)).
class Questions {
 public:
  using Fields = std::map<std::string, std::string>;

  struct Question {
    std::string template_name;
    std::optional<std::string> value;
    std::map<std::string, std::string> flags, variables;
  };

  explicit Questions(std::vector<std::string> languages) : languages_(std::move(languages)) {}

  /// Adds a template (or changes it) and, if there is none, the question of its name. `fields` as
  /// metapackage::template_fields gives them.
  void add_template(const std::string& name, Fields fields);
  bool has_template(const std::string& name) const { return templates_.contains(name); }
  void set_field(const std::string& template_name, const std::string& field, const std::string& value);

  Question* find(const std::string& name);
  /// A question made of a template, which must be known.
  void add_question(const std::string& name, const std::string& template_name);
  void remove(const std::string& name) { questions_.erase(name); }
  void clear() { questions_.clear(); }

  /// What was answered, else the default.
  std::string value(const Question& question) const;
  /// "true" or "false" for `seen`; what was set for others, "false" before.
  static std::string flag(const Question& question, const std::string& name);
  /// A field of its template in the user's language (`"type"`, `"description"`), or in a named one
  /// (`"description-ja.utf-8"`), variables filled in; empty when there is none.
  std::string field(const Question& question, const std::string& name) const;
  /// The choices as they are shown, and as an answer names them.
  std::vector<std::string> choices(const Question& question) const;
  std::vector<std::string> choices_of_answer(const Question& question) const;

 private:
  std::string raw_field(const Question& question, const std::string& name) const;

  std::vector<std::string> languages_;
  std::map<std::string, Fields> templates_;
  std::map<std::string, Question> questions_;
};

}  // namespace lucie::lmp
