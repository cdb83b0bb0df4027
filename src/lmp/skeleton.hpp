#pragma once

#include <filesystem>
#include <string>

namespace lucie::lmp {

/// Makes the source tree of a new LMP in `folder`/`name` from the skeleton in `templates`/new-lmp: in names
/// and texts `@NAME@` becomes the name and `@MAINTAINER@` the maintainer. Whole or not at all. Throws
/// lucie::Error when the name is no LMP's name or the folder is there already. `questions`: with a front end,
/// from `templates`/new-lmp-questions, whose files are put over the others.
std::filesystem::path make_skeleton(const std::string& name, const std::string& maintainer,
                                    const std::filesystem::path& templates,
                                    const std::filesystem::path& folder, bool questions = false);

/// "NAME <MAIL>" from DEBFULLNAME and DEBEMAIL (devscripts' habit), else from the user and the machine.
std::string maintainer_from_environment();

}  // namespace lucie::lmp
