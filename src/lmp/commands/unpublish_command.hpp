#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp unpublish`.
std::unique_ptr<cli::Command> unpublish_command();

}  // namespace lucie::lmp
