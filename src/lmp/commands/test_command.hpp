#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp test`.
std::unique_ptr<cli::Command> test_command();

}  // namespace lucie::lmp
