#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp build`.
std::unique_ptr<cli::Command> build_command();

}  // namespace lucie::lmp
