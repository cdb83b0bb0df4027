#include "dolly/commands/commands.hpp"

int main(int argc, char** argv) {
  using namespace lucie;
  cli::Program program{.name = "dollyplus",
                       .summary = "Spreads files over a ring of nodes, in a time that hardly grows with them",
                       .commands = {}};
  program.commands.push_back(dolly::send_command());
  program.commands.push_back(dolly::receive_command());
  program.commands.push_back(dolly::fetch_command());
  program.commands.push_back(dolly::status_command());
  program.commands.push_back(dolly::keygen_command());
  program.commands.push_back(dolly::predict_command());
  return cli::run_program(std::move(program), argc, argv);
}
