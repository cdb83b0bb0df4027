#include "cli/table.hpp"
#include "control/commands/commands.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

class Status : public cli::Command {
 public:
  std::string name() const override { return "status"; }
  std::string summary() const override { return "show the state of nodes"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.optional_positional("NODESET", node_set_, node_set_help);
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const Client client = own_client();
    if (terminal.json()) {
      terminal.print(client.nodes_json(node_set_) + "\n");
      return ExitStatus::success;
    }
    const auto nodes = client.nodes(node_set_);
    terminal.print(cli::render_table(status_rows(nodes)));
    terminal.note(control::summary(nodes));
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override { return node_names(); }

 private:
  std::string node_set_;
};

}  // namespace

std::unique_ptr<cli::Command> make_status_command() {
  return std::make_unique<Status>();
}

}  // namespace lucie::control
