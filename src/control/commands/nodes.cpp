#include "cli/table.hpp"
#include "control/commands/commands.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

class Nodes : public cli::Command {
 public:
  std::string name() const override { return "nodes"; }
  std::string summary() const override { return "list nodes with their addresses and installers"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.optional_positional("NODESET", node_set_, node_set_help);
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const Client client = own_client();
    terminal.print(terminal.json() ? client.nodes_json(node_set_) + "\n"
                                   : cli::render_table(node_rows(client.nodes(node_set_))));
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override { return node_names(); }

 private:
  std::string node_set_;
};

}  // namespace

std::unique_ptr<cli::Command> make_nodes_command() {
  return std::make_unique<Nodes>();
}

}  // namespace lucie::control
