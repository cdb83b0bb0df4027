#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp list`.
std::unique_ptr<cli::Command> list_command();

}  // namespace lucie::lmp
