#include <string_view>

#include "lab/commands/commands.hpp"
#include "lab/inside.hpp"

int main(int argc, char** argv) {
  using namespace lucie;
  // The lab's first process is this program again, in namespaces of its own; nobody types this.
  if (argc == 3 && std::string_view(argv[1]) == "__inside") return lab::run_inside(argv[2]);
  cli::Program program{.name = "lucie-lab",
                       .summary = "Makes a whole virtual cluster on this machine",
                       .commands = {},
                       .takes_definitions = false};
  for (const auto make :
       {lab::make_up_command, lab::make_status_command, lab::make_exec_command, lab::make_power_command,
        lab::make_console_command, lab::make_down_command, lab::make_quickstart_command}) {
    program.commands.push_back(make());
  }
  return cli::run_program(std::move(program), argc, argv);
}
