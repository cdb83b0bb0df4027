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

/// The shell text of an rpm's %post: writes the answers file with the defaults where there is none. Packages
/// of rpm must not ask (no terminal is promised to them). Empty for an LMP without questions.
std::string answers_scriptlet(const Lmp& lmp, const std::filesystem::path& templates);

/// An answers file changed so that it gives these answers for all hosts; what it says already stays byte by
/// byte, and an empty text becomes a file with comments. Throws lucie::Error when the text cannot be changed.
std::string changed_answers(const Lmp& lmp, const std::string& text, const Answers& answers,
                            const std::filesystem::path& templates);

/// What an answers file says for all hosts, without defaults. Throws FaultsError when it is wrong; `name`
/// stands in positions.
Answers answers_for_all(const Lmp& lmp, const std::string& text, const std::string& name);

}  // namespace lucie::metapackage
