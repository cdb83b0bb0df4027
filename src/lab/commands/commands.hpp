#pragma once

#include <memory>

#include "cli/program.hpp"

namespace lucie::lab {

std::unique_ptr<cli::Command> make_up_command();
std::unique_ptr<cli::Command> make_status_command();
std::unique_ptr<cli::Command> make_exec_command();
std::unique_ptr<cli::Command> make_power_command();
std::unique_ptr<cli::Command> make_console_command();
std::unique_ptr<cli::Command> make_down_command();
std::unique_ptr<cli::Command> make_quickstart_command();

}  // namespace lucie::lab
