#include "lab/power.hpp"

#include "base/error.hpp"
#include "base/node_set.hpp"
#include "lab/commands/commands.hpp"
#include "lab/lab.hpp"

namespace lucie::lab {
namespace {

class Power : public cli::Command {
 public:
  std::string name() const override { return "power"; }
  std::string summary() const override { return "switch nodes on or off"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NODESET", nodes_, "nodes, as in node[00-03]");
    arguments.positional("ACTION", action_, "on, off or cycle");
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  std::string nodes_, action_;
};

ExitStatus Power::run(cli::Terminal&) {
  if (action_ != "on" && action_ != "off" && action_ != "cycle") {
    throw UsageError("power: on, off or cycle is meant, not '" + action_ + "'");
  }
  const RunningLab lab = require_lab(state_folder());
  std::vector<const Machine*> machines;  // all names are checked before anything is switched
  for (const std::string& name : base::expand_node_set(nodes_)) {
    machines.push_back(&require_machine(lab.server.plan(), name));
  }
  for (const Machine* machine : machines) {
    if (action_ != "on") power_off(lab.server, *machine);
    if (action_ != "off") power_on(lab.server, *machine);
  }
  return ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> make_power_command() {
  return std::make_unique<Power>();
}

}  // namespace lucie::lab
