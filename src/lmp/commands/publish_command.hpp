#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lmp {

/// `lmp publish`.
std::unique_ptr<cli::Command> publish_command();

}  // namespace lucie::lmp
