#include "metapackage/shell_scope.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

/// More values of one word are not followed.
constexpr std::size_t most_values = 64;

/// An unquoted text as the shell takes it; nothing for patterns.
std::optional<std::string> unquoted(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == '\\') {
      if (++i < text.size() && text[i] != '\n') plain += text[i];
    } else if (letter == '*' || letter == '?' || letter == '[') {
      if (text != "[" && text != "[[") return {};
      plain += letter;
    } else {
      plain += letter;
    }
  }
  return plain;
}

/// A text between double quotes: a backslash counts before some characters only.
std::string double_quoted(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() &&
                        std::string_view("$`\"\\\n").find(text[i + 1]) != std::string_view::npos;
    if (escape && text[++i] == '\n') continue;
    plain += text[i];
  }
  return plain;
}

class WordReader {
 public:
  WordReader(const ShellText& text, const ShellScope& scope) : text_(text), scope_(scope) {}

  Values word(const Json& word) { return parts(child(word, "Parts"), false); }

 private:
  Values parts(const Json& parts, bool quoted) {
    std::vector<std::string> values = {""};
    for (const Json& part : parts) {
      const Values more = this->part(part, quoted);
      if (!more || more->empty() || values.size() * more->size() > most_values) return {};
      std::vector<std::string> longer;
      for (const std::string& value : values) {
        for (const std::string& end : *more) longer.push_back(value + end);
      }
      values = std::move(longer);
    }
    return values;
  }

  Values part(const Json& part, bool quoted) {
    const std::string type = type_at(part);
    if (type == "Lit") {
      const std::string value = text_at(part, "Value");
      if (quoted) return one(double_quoted(value));
      const auto plain = unquoted(value);
      return plain ? one(*plain) : Values();
    }
    if (type == "SglQuoted") {
      const std::string value = text_at(part, "Value");
      const bool escapes = child(part, "Dollar") == true && value.find('\\') != std::string::npos;
      return escapes ? Values() : one(value);
    }
    if (type == "DblQuoted") return parts(child(part, "Parts"), true);
    return type == "ParamExp" ? parameter(part) : Values();
  }

  static Values one(std::string value) { return std::vector<std::string>{std::move(value)}; }

  Values parameter(const Json& part) {
    for (const char* key : {"Excl", "Length", "Width", "Index", "Slice", "Repl", "Names"}) {
      const Json& member = child(part, key);
      if (!member.is_null() && member != false && member != 0) return {};
    }
    const Json& expansion = child(part, "Exp");
    const std::string_view operation =
        expansion.is_null() ? std::string_view() : text_.behind(child(part, "Param"));
    const bool with_default = operation.starts_with(":-") || operation.starts_with(":=") ||
                              operation.starts_with('-') || operation.starts_with('=');
    const bool demanded = operation.starts_with(":?") || operation.starts_with('?');
    if (!operation.empty() && !with_default && !demanded) return {};
    return variable(text_at(child(part, "Param"), "Value"), with_default ? &expansion : nullptr);
  }

  Values variable(const std::string& name, const Json* expansion) {
    if (name == "LUCIE_TARGET") return one(std::string(1, target_mark));
    if (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
      const std::size_t number = std::stoul(name.substr(0, 4));
      if (number >= 1 && number <= scope_.positional.size()) return scope_.positional[number - 1].values;
      return {};
    }
    const auto found = scope_.variables.find(name);
    if (found != scope_.variables.end()) return found->second;
    // Nobody set it here: it is the default unless the environment has it.
    if (expansion == nullptr) return {};
    const Json& word = child(*expansion, "Word");
    return word.is_null() ? one("") : this->word(word);
  }

  const ShellText& text_;
  const ShellScope& scope_;
};

const Json* only_part(const Json& word) {
  const Json& parts = child(word, "Parts");
  if (!parts.is_array() || parts.size() != 1) return nullptr;
  if (type_at(parts[0]) == "DblQuoted") return only_part(parts[0]);
  return &parts[0];
}

bool is_all_positional(const Json& word) {
  const Json* part = only_part(word);
  if (part == nullptr || type_at(*part) != "ParamExp") return false;
  const std::string name = text_at(child(*part, "Param"), "Value");
  return name == "@" || name == "*";
}

bool is_split(const Json& word) {
  const Json& parts = child(word, "Parts");
  return parts.is_array() && parts.size() == 1 && type_at(parts[0]) == "ParamExp";
}

}  // namespace

void ShellScope::join(const ShellScope& other) {
  if (other.leaving != Leaving::no) return;
  if (leaving != Leaving::no) {
    *this = other;
    return;
  }
  for (auto& [name, values] : variables) {
    const auto found = other.variables.find(name);
    if (found == other.variables.end() || !found->second) values.reset();
    if (!values) continue;
    for (const std::string& value : *found->second) {
      if (std::ranges::find(*values, value) == values->end()) values->push_back(value);
    }
    if (values->size() > most_values) values.reset();
  }
  for (const auto& [name, values] : other.variables) {
    if (!variables.contains(name)) variables[name] = values;
  }
  std::erase_if(present, [&](const std::string& name) { return !other.present.contains(name); });
  std::erase_if(conditions, [&](const AnswerCondition& condition) {
    return std::ranges::find(other.conditions, condition) == other.conditions.end();
  });
}

void Facts::add(const Facts& other) {
  present.insert(other.present.begin(), other.present.end());
  conditions.insert(conditions.end(), other.conditions.begin(), other.conditions.end());
}

void assume(ShellScope& scope, const Facts& facts) {
  scope.present.insert(facts.present.begin(), facts.present.end());
  for (const AnswerCondition& condition : facts.conditions) {
    const bool known = std::ranges::find(scope.conditions, condition) != scope.conditions.end();
    if (!known) scope.conditions.push_back(condition);
  }
}

Values values_of(const Json& word, const ShellText& text, const ShellScope& scope) {
  return WordReader(text, scope).word(word);
}

std::vector<Argument> arguments_of(const Json& words, const ShellText& text, const ShellScope& scope) {
  std::vector<Argument> arguments;
  for (const Json& word : words) {
    if (is_all_positional(word)) {
      arguments.insert(arguments.end(), scope.positional.begin(), scope.positional.end());
      continue;
    }
    Argument argument{values_of(word, text, scope), text.position(word), &word,
                      std::string(text.source_of(word))};
    if (argument.values && is_split(word)) {
      std::vector<std::string> pieces;
      for (const std::string& value : *argument.values) {
        for (std::string& piece : base::split_words(value)) pieces.push_back(std::move(piece));
      }
      if (pieces.empty()) continue;  // an empty variable without quotes is no word
      argument.values = std::move(pieces);
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::string answer_of_word(const Json& word) {
  const Json* part = only_part(word);
  if (part == nullptr || type_at(*part) != "ParamExp") return {};
  const std::string name = text_at(child(*part, "Param"), "Value");
  return name.starts_with("LUCIE_ANSWER_") ? name : std::string();
}

}  // namespace lucie::metapackage
