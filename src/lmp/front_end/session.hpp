#pragma once

#include <filesystem>

#include "lmp/front_end/dialogue.hpp"
#include "metapackage/lmp.hpp"

/// Runs an LMP's front end (debconf/config, or commands that ask all questions). `current`: the answers that
/// are offered. Both give all answers back, and throw lucie::Error when the front end fails.
namespace lucie::lmp {

/// Asks by Lucie's own side of debconf's protocol. No dialogue: nobody is asked.
metapackage::Answers ask_by_text(const metapackage::Lmp& lmp, const metapackage::Answers& current,
                                 Dialogue* dialogue, const std::filesystem::path& templates);

/// True when debconf is installed and we may write into its database.
bool has_debconf();

/// Asks through debconf with the user's terminal and the frontend that debconf is set to.
metapackage::Answers ask_by_debconf(const metapackage::Lmp& lmp, const metapackage::Answers& current);

}  // namespace lucie::lmp
