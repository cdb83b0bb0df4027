#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp configure NAME`.
std::unique_ptr<cli::Command> configure_command();

}  // namespace lucie::lmp
