#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp show`.
std::unique_ptr<cli::Command> show_command();

}  // namespace lucie::lmp
