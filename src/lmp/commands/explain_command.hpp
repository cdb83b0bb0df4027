#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp explain`.
std::unique_ptr<cli::Command> explain_command();

}  // namespace lucie::lmp
