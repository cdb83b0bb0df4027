#include "cli/program.hpp"
#include "lmp/commands/build_command.hpp"
#include "lmp/commands/check_command.hpp"
#include "lmp/commands/configure_command.hpp"
#include "lmp/commands/explain_command.hpp"
#include "lmp/commands/list_command.hpp"
#include "lmp/commands/new_command.hpp"
#include "lmp/commands/publish_command.hpp"
#include "lmp/commands/show_command.hpp"
#include "lmp/commands/test_command.hpp"
#include "lmp/commands/unpublish_command.hpp"

int main(int argc, char** argv) {
  lucie::cli::Program program{.name = "lmp",
                              .summary = "Author, check, build and publish Lucie Meta Packages"};
  program.commands.push_back(lucie::lmp::new_command());
  program.commands.push_back(lucie::lmp::check_command());
  program.commands.push_back(lucie::lmp::build_command());
  program.commands.push_back(lucie::lmp::test_command());
  program.commands.push_back(lucie::lmp::publish_command());
  program.commands.push_back(lucie::lmp::unpublish_command());
  program.commands.push_back(lucie::lmp::list_command());
  program.commands.push_back(lucie::lmp::show_command());
  program.commands.push_back(lucie::lmp::explain_command());
  program.commands.push_back(lucie::lmp::configure_command());
  return lucie::cli::run_program(std::move(program), argc, argv);
}
