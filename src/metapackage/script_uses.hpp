#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "metapackage/lmp.hpp"

/// What programs of an LMP read, edit, run and make on a node, read off their text (lmp-relations(7),
/// SCRIPTS).
namespace lucie::metapackage {

/// An answer that must hold (or, negated, must not) where something is done.
struct AnswerCondition {
  std::string variable;           ///< of the question: "LUCIE_ANSWER_flavour"
  std::set<std::string> answers;  ///< any of these
  bool negated = false;
  friend bool operator==(const AnswerCondition&, const AnswerCondition&) = default;
};

struct Use {
  enum class Deed { reads, edits, runs, makes };
  Deed deed = Deed::reads;
  std::string name;  ///< an absolute path on the node, or the name of a program
  Position position;
  std::vector<AnswerCondition> conditions;
};

/// Something that a program does to what nobody can tell before it runs; its author may state it in the
/// manifest.
struct Unknown {
  enum class Why { value, relative, command, language };
  Why why = Why::value;
  Use::Deed deed = Use::Deed::reads;
  std::string text;  ///< as it is written there; for `command` the operand, for `language` the interpreter
  Position position;
};

/// "reads", "edits", "runs", "makes".
std::string in_words(Use::Deed deed);

/// The variable that a script finds the answer to a question in.
std::string answer_variable(const std::string& question);

/// Where a program of an LMP runs.
enum class Place {
  node,      ///< on the node itself: scripts, agents, programs among its files
  installer  ///< in the installer's environment: only what it does to `$LUCIE_TARGET` or by `in_target`
             ///< counts
};

/// By which rules shfmt is to read a program, from its first line: posix, bash or mksh; empty for what is no
/// shell script.
std::string shell_dialect(const std::string& text);

/// The texts that `lmp_uses` gives to `program_uses`.
std::vector<std::string> program_texts(const Lmp& lmp);

/// What a program does: by its text for a shell script, else only by its `#!` line. Faults of the syntax are
/// appended, and to `unknown` what nobody can tell. Throws EnvironmentError when shfmt is missing.
std::vector<Use> program_uses(const std::string& text, const std::string& file, Place place,
                              std::vector<Fault>& faults, std::vector<Unknown>& unknown);

class ScriptCache;

/// What all programs of an LMP do, and what its author states. Each thing once, where it is done first.
/// `notes` tell what nobody can know and the author has not stated.
std::vector<Use> lmp_uses(const Lmp& lmp, std::vector<Fault>& faults, std::vector<Fault>& notes,
                          ScriptCache& cache);

}  // namespace lucie::metapackage
