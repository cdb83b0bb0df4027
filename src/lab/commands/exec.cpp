#include <cerrno>
#include <cstdlib>
#include <unistd.h>

#include "base/error.hpp"
#include "lab/commands/commands.hpp"
#include "lab/lab.hpp"
#include "lab/power.hpp"

namespace lucie::lab {
namespace {

class Exec : public cli::Command {
 public:
  std::string name() const override { return "exec"; }
  std::string summary() const override { return "run a command on the lab's Lucie server, or on a node"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.option("--node", node_, "NODE", "run it on this node, which is made of namespaces");
    arguments.positionals("COMMAND", words_, "after '--', the command and its arguments");
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  std::string node_;
  std::vector<std::string> words_;
};

/// We become the command, so that its streams, terminal and exit status are ours.
ExitStatus Exec::run(cli::Terminal&) {
  const char* terminal_kind = std::getenv("TERM");
  const RunningLab lab = require_lab(state_folder());
  const Plan& plan = lab.server.plan();
  const std::map<std::string, std::string> environment = {
      {"TERM", terminal_kind != nullptr ? terminal_kind : "dumb"}};
  auto line = node_.empty() ? lab.server.enter(words_, environment)
                            : enter_node(plan, require_machine(plan, node_), words_, environment);
  std::vector<char*> argv;
  for (std::string& word : line) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  throw_errno("run " + line.front());
}

}  // namespace

std::unique_ptr<cli::Command> make_exec_command() {
  return std::make_unique<Exec>();
}

}  // namespace lucie::lab
