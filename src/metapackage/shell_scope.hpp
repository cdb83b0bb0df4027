#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "metapackage/script_uses.hpp"
#include "metapackage/shell_syntax.hpp"

/// What is known at one place of a shell script: values of variables, what was tested before.
namespace lucie::metapackage {

/// All values that a word may have, or nothing when that cannot be told.
using Values = std::optional<std::vector<std::string>>;

/// A word of a command.
struct Argument {
  Values values;
  Position position;
  const Json* word = nullptr;  ///< null when it came from elsewhere (`"$@"`)
  std::string written = {};    ///< as it stands in the script; empty when it came from elsewhere

  /// The only value, or an empty text.
  std::string text() const { return values && values->size() == 1 ? values->front() : std::string(); }
};

/// Stands for `$LUCIE_TARGET` in values.
inline constexpr char target_mark = '\x01';

/// Whether the commands behind are reached.
enum class Leaving { no, function, script };

struct ShellScope {
  std::map<std::string, Values> variables;
  std::vector<Argument> positional;
  std::set<std::string> present;  ///< paths and programs that a test found
  std::vector<AnswerCondition> conditions;
  Leaving leaving = Leaving::no;

  void set(const std::string& variable, Values values) { variables[variable] = std::move(values); }
  /// Both ways lead here.
  void join(const ShellScope& other);
};

/// What the success or failure of a command tells.
struct Facts {
  std::set<std::string> present;
  std::vector<AnswerCondition> conditions;
  void add(const Facts& other);
};
struct Verdicts {
  Facts success, failure;
};

/// Adds facts to a scope.
void assume(ShellScope& scope, const Facts& facts);

/// The values of a word, as the shell expands it; patterns and substitutions cannot be told.
Values values_of(const Json& word, const ShellText& text, const ShellScope& scope);

/// The words as arguments: `"$@"` and unquoted variables may be several.
std::vector<Argument> arguments_of(const Json& words, const ShellText& text, const ShellScope& scope);

/// The variable of an answer when the word is nothing but that variable; else empty.
std::string answer_of_word(const Json& word);

}  // namespace lucie::metapackage
