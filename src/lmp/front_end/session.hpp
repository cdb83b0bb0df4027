#pragma once

#include <chrono>
#include <filesystem>

#include "lmp/front_end/interruption.hpp"
#include "lmp/front_end/protocol.hpp"
#include "lmp/front_end/text_dialogue.hpp"
#include "metapackage/lmp.hpp"

/// Runs an LMP's front end (debconf/config, or commands that ask all questions). `current`: the answers that
/// are offered. All answers come back. Throws lucie::Error when the front end fails, Interrupted when a
/// signal asked to end.
namespace lucie::lmp {

struct SessionOptions {
  std::string priority = "low";         ///< questions below it are not asked
  std::chrono::seconds time_limit{60};  ///< that the script may take between two commands
  std::filesystem::path templates;      ///< Paths::templates
};

/// Asks by Lucie's own side of debconf's protocol.
metapackage::Answers ask_by_dialogue(const metapackage::Lmp& lmp, const metapackage::Answers& current,
                                     Dialogue& dialogue, const Interruption& interruption,
                                     const SessionOptions& options);

/// Lines of standard input. Throws lucie::Error for one that is longer than 64 KiB.
LineSource typed_lines(const Interruption& interruption);

/// True when debconf is installed and we may write into its database.
bool has_debconf();

/// Asks through debconf with the user's terminal and the frontend that debconf is set to. The time limit does
/// not hold: whose turn it is is not known here.
metapackage::Answers ask_by_debconf(const metapackage::Lmp& lmp, const metapackage::Answers& current,
                                    const Interruption& interruption, const SessionOptions& options);

}  // namespace lucie::lmp
