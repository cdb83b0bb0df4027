#include "cli/table.hpp"
#include "control/commands/commands.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

class Agents : public cli::Command {
 public:
  std::string name() const override { return "agents"; }
  std::string summary() const override { return "show what the agents of nodes found"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.optional_positional("NODESET", node_set_, node_set_help);
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const Client client = own_client();
    if (terminal.json()) {
      terminal.print(client.agents_json(node_set_) + "\n");
      return ExitStatus::success;
    }
    const auto agents = client.agents(node_set_);
    if (agents.empty()) terminal.note("no agent has told anything yet");
    if (!agents.empty()) terminal.print(cli::render_table(agent_rows(agents)));
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override { return node_names(); }

 private:
  std::string node_set_;
};

}  // namespace

std::unique_ptr<cli::Command> make_agents_command() {
  return std::make_unique<Agents>();
}

}  // namespace lucie::control
