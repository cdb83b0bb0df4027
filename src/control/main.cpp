#include "control/commands/commands.hpp"

int main(int argc, char** argv) {
  using namespace lucie;
  cli::Program program{.name = "lucie",
                       .summary = "Drives and watches the installation of nodes",
                       .commands = {},
                       .takes_definitions = false};
  for (const auto make :
       {control::make_install_command, control::make_wait_command, control::make_status_command,
        control::make_nodes_command, control::make_agents_command, control::make_events_command,
        control::make_logs_command, control::make_disarm_command})
    program.commands.push_back(make());
  return cli::run_program(std::move(program), argc, argv);
}
