#include <fmt/format.h>

#include "base/node_set.hpp"
#include "control/commands/commands.hpp"

namespace lucie::control {
namespace {

class Disarm : public cli::Command {
 public:
  std::string name() const override { return "disarm"; }
  std::string summary() const override { return "let nodes boot from their own disk after all"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NODESET", node_set_, node_set_help);
  }
  ExitStatus run(cli::Terminal& terminal) override {
    terminal.note(
        fmt::format("disarmed {}", base::fold_node_set(own_client().disarm(named_nodes(node_set_)))));
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override { return node_names(); }

 private:
  std::string node_set_;
};

}  // namespace

std::unique_ptr<cli::Command> make_disarm_command() {
  return std::make_unique<Disarm>();
}

}  // namespace lucie::control
