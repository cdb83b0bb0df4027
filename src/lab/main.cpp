#include <cstdlib>
#include <string_view>

#include "lab/commands/commands.hpp"
#include "lab/inside.hpp"
#include "lab/node/control_group.hpp"
#include "lab/node/node.hpp"

int main(int argc, char** argv) {
  using namespace lucie;
  // What keeps a lab is this program again, in namespaces of its own; nobody types this.
  const std::string_view part = argc > 1 ? argv[1] : "";
  if (argc == 3 && part == "__inside") return lab::run_inside(argv[2]);
  if (argc == 4 && part == "__node") return lab::run_node(argv[2], argv[3]);
  if (argc == 4 && part == "__sweep") return lab::sweep(argv[2], std::atoi(argv[3]));
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
