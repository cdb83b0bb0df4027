#include "lab/console.hpp"

#include "base/error.hpp"
#include "lab/commands/commands.hpp"
#include "lab/lab.hpp"
#include "lab/power.hpp"

namespace lucie::lab {
namespace {

class Console : public cli::Command {
 public:
  std::string name() const override { return "console"; }
  std::string summary() const override { return "sit down at a node's serial console (Ctrl-] leaves)"; }
  void arguments(cli::Arguments& arguments) override { arguments.positional("NODE", node_, "the node"); }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  std::string node_;
};

ExitStatus Console::run(cli::Terminal& terminal) {
  const RunningLab lab = require_lab(state_folder());
  const Plan& plan = lab.server.plan();
  if (!is_on(plan, require_machine(plan, node_))) {
    throw Error("node '" + node_ + "' is off").hint("'lucie-lab power " + node_ + " on' switches it on");
  }
  terminal.note("Ctrl-] leaves the console");
  attach_console(plan.console_socket(node_));
  return ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> make_console_command() {
  return std::make_unique<Console>();
}

}  // namespace lucie::lab
