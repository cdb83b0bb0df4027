#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp new`.
std::unique_ptr<cli::Command> new_command();

}  // namespace lucie::lmp
