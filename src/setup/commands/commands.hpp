#pragma once

#include <memory>

#include "cli/program.hpp"

/// The commands of lucie-setup; one file each.
namespace lucie::setup {

std::unique_ptr<cli::Command> check_command();
std::unique_ptr<cli::Command> lock_command();
std::unique_ptr<cli::Command> plan_command();
std::unique_ptr<cli::Command> apply_command();
std::unique_ptr<cli::Command> refresh_command();
std::unique_ptr<cli::Command> nfsroot_command();
std::unique_ptr<cli::Command> in_command();
std::unique_ptr<cli::Command> rollback_command();
std::unique_ptr<cli::Command> history_command();

}  // namespace lucie::setup
