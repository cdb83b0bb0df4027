#include "setup/commands/commands.hpp"

int main(int argc, char** argv) {
  using namespace lucie;
  cli::Program program;
  program.name = "lucie-setup";
  program.summary = "From definitions to a running Lucie server and its NFS roots.";
  program.commands.push_back(setup::check_command());
  program.commands.push_back(setup::lock_command());
  program.commands.push_back(setup::plan_command());
  program.commands.push_back(setup::apply_command());
  program.commands.push_back(setup::refresh_command());
  program.commands.push_back(setup::nfsroot_command());
  program.commands.push_back(setup::in_command());
  program.commands.push_back(setup::rollback_command());
  program.commands.push_back(setup::history_command());
  return cli::run_program(std::move(program), argc, argv);
}
