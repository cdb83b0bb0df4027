#include "cli/program.hpp"
#include "installer/commands/install.hpp"

int main(int argc, char** argv) {
  lucie::cli::Program program{.name = "lucie-installer",
                              .summary = "Installs the node that it runs on, as the Lucie server says.",
                              .takes_definitions = false};
  program.commands.push_back(std::make_unique<lucie::installer::InstallCommand>());
  return lucie::cli::run_program(std::move(program), argc, argv);
}
