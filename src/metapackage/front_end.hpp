#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "metapackage/archive.hpp"
#include "metapackage/lmp.hpp"

/// The front end of an LMP with questions: debconf's part of its package, and the file that answers live in.
namespace lucie::metapackage {

/// Where the answers of an LMP live on a server: "/etc/lucie/lmp/NAME/answers.conf".
std::string answers_path(const std::string& lmp);

/// True when it asks something that has an answer.
bool has_questions(const Lmp& lmp);

/// The shell commands that ask: the author's debconf/config, or, without one, commands that ask all
/// questions.
std::string asking_commands(const Lmp& lmp);

/// Members of a Debian package's control archive: config, templates, postinst and postrm. The maintainer
/// scripts fill in the answers file once, register it with ucf, write what debconf was told later and take it
/// away with a purge. None for an LMP without questions. `templates`: Paths::templates.
std::vector<ArchiveEntry> front_end_members(const Lmp& lmp, const std::filesystem::path& templates);

/// The shell text of an rpm's %post: writes the answers file, where there is none, with what
/// /etc/lucie/preseed says (debconf-set-selections(1)) and otherwise the defaults. Packages of rpm must not
/// ask (no terminal is promised to them). Empty for an LMP without questions.
std::string answers_scriptlet(const Lmp& lmp, const std::filesystem::path& templates);

/// What an answers file says for all hosts (`members` empty), or for some.
struct AnswersFor {
  std::string members;  ///< names, ranges and groups, sorted: "cnode00, nodes"
  Answers answers;
};

/// The answers file of an LMP that nobody has answered yet: the defaults. The same text as `changed_answers`
/// makes of an empty one, without its process.
std::string fresh_answers(const Lmp& lmp, const std::filesystem::path& templates);

/// An answers file changed so that it gives these answers; what it says already stays byte by byte, and an
/// empty text becomes a file with comments. For members only what differs from the answers for all is added.
/// Throws lucie::Error when the text cannot be changed.
std::string changed_answers(const Lmp& lmp, const std::string& text, const AnswersFor& given,
                            const std::filesystem::path& templates);

/// What an answers file says, without defaults: for all hosts first (also when that is nothing), then for
/// each `members`. Throws FaultsError when it is wrong; `name` stands in positions.
std::vector<AnswersFor> answers_by_members(const Lmp& lmp, const std::string& text, const std::string& name);

/// "b,a" as "a, b", the form of AnswersFor::members.
std::string sorted_members(const std::vector<std::string>& members);

}  // namespace lucie::metapackage
