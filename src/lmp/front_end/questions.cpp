#include "lmp/front_end/questions.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/text.hpp"
#include "metapackage/debconf_templates.hpp"

namespace lucie::lmp {
namespace {

std::string in_small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// What a locale's name LANGUAGE[_TERRITORY][.CHARSET][@MODIFIER] consists of, each with its mark before it.
struct Locale {
  std::string language, territory, charset, modifier;

  explicit Locale(std::string name) {
    const auto cut = [&](char mark) {
      const auto at = std::min(name.find(mark), name.size());
      const std::string part = name.substr(at);
      name.resize(at);
      return part;
    };
    modifier = cut('@');
    charset = cut('.');
    territory = cut('_');
    language = name;
  }
};

void add_endings(const std::string& name, std::vector<std::string>& endings) {
  const Locale locale(in_small_letters(name));
  if (locale.language.empty()) return;
  for (const bool with_modifier : {true, false}) {
    for (const bool with_territory : {true, false}) {
      for (const bool with_charset : {true, false}) {
        if (with_charset && locale.charset.empty()) continue;
        if (with_territory && locale.territory.empty()) continue;
        if (with_modifier && locale.modifier.empty()) continue;
        endings.push_back(locale.language + (with_territory ? locale.territory : "") +
                          (with_charset ? locale.charset : "") + (with_modifier ? locale.modifier : ""));
      }
    }
  }
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// `${name}` becomes what SUBST said of it, or nothing; `\${name}` stays without its `\`.
std::string expanded(const std::string& text, const std::map<std::string, std::string>& variables) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto start = text.find("${", at);
    const auto end = start == std::string::npos ? start : text.find_first_of("{}", start + 2);
    if (end == std::string::npos) return result + text.substr(at);
    if (text[end] == '{' || end == start + 2) {
      result += text.substr(at, start + 2 - at);
      at = start + 2;
      continue;
    }
    const bool escaped = start > at && text[start - 1] == '\\';
    result += text.substr(at, start - at - (escaped ? 1 : 0));
    const auto known = variables.find(text.substr(start + 2, end - start - 2));
    if (escaped) result += text.substr(start, end + 1 - start);
    if (!escaped && known != variables.end()) result += known->second;
    at = end + 1;
  }
  return result;
}

bool takes_variables(const std::string& field) {
  const std::string name = field.substr(0, field.find('-'));
  return name == "description" || name == "extended_description" || name == "choices";
}

}  // namespace

std::vector<std::string> language_endings(const std::string& language, const std::string& locale) {
  std::vector<std::string> endings;
  for (const std::string& each : base::split(language, ':')) add_endings(each, endings);
  add_endings(locale.empty() || locale == "POSIX" ? "C" : locale, endings);
  return endings;
}

std::vector<std::string> language_endings_from_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string locale = variable(name);
    if (!locale.empty()) return language_endings(variable("LANGUAGE"), locale);
  }
  return language_endings(variable("LANGUAGE"), "C");
}

void Questions::add_template(const std::string& name, Fields fields) {
  templates_[name] = std::move(fields);
  if (find(name) == nullptr) add_question(name, name);
}

void Questions::set_field(const std::string& template_name, const std::string& field,
                          const std::string& value) {
  templates_[template_name][in_small_letters(field)] = value;
}

Questions::Question* Questions::find(const std::string& name) {
  const auto found = questions_.find(name);
  return found == questions_.end() ? nullptr : &found->second;
}

void Questions::add_question(const std::string& name, const std::string& template_name) {
  questions_[name].template_name = template_name;
}

std::string Questions::value(const Question& question) const {
  return question.value ? *question.value : raw_field(question, "default");
}

std::string Questions::flag(const Question& question, const std::string& name) {
  const auto found = question.flags.find(name);
  return found == question.flags.end() ? "false" : found->second;
}

std::string Questions::raw_field(const Question& question, const std::string& name) const {
  const Fields& fields = templates_.at(question.template_name);
  const auto in_language = [&](const std::string& ending) {
    const std::string key = name + "-" + ending;
    const auto found = fields.find(key);
    return found != fields.end() ? found : fields.find(key + ".utf-8");
  };
  for (const std::string& ending : languages_) {
    const bool english = ending == "c" || ending == "en";  // the texts without a language are English
    const auto found = in_language(english ? "en" : ending);
    if (found != fields.end()) return found->second;
    if (english) break;
  }
  for (const std::string& key : {name, name.substr(0, name.find('-'))}) {
    const auto found = fields.find(key);
    if (found != fields.end()) return found->second;
  }
  return {};
}

std::string Questions::field(const Question& question, const std::string& name) const {
  const std::string text = raw_field(question, name);
  return takes_variables(name) ? expanded(text, question.variables) : text;
}

std::vector<std::string> Questions::choices(const Question& question) const {
  return metapackage::split_choices(field(question, "choices"));
}

std::vector<std::string> Questions::choices_of_answer(const Question& question) const {
  const Fields& fields = templates_.at(question.template_name);
  for (const char* name : {"choices-c", "choices"}) {
    const auto found = fields.find(name);
    if (found != fields.end()) {
      return metapackage::split_choices(expanded(found->second, question.variables));
    }
  }
  return {};
}

}  // namespace lucie::lmp
