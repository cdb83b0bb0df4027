#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp check`.
std::unique_ptr<cli::Command> check_command();

}  // namespace lucie::lmp
