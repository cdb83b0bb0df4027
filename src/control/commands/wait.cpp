#include "control/commands/commands.hpp"
#include "control/commands/display.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

class Wait : public cli::Command {
 public:
  std::string name() const override { return "wait"; }
  std::string summary() const override { return "wait until armed nodes are installed"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NODESET", node_set_, node_set_help);
    arguments.option("--timeout", time_limit_, "TIME", "give up after this time: 90s, 30m, 2h");
    arguments.flag("--booted", booted_, "wait until they have also booted from their own disk");
  }
  ExitStatus run(cli::Terminal& terminal) override;
  std::vector<std::string> complete(const std::vector<std::string>&) const override { return node_names(); }

 private:
  std::string node_set_, time_limit_;
  bool booted_ = false;
};

ExitStatus Wait::run(cli::Terminal& terminal) {
  const Client client = own_client();
  Display display(terminal);
  Window nothing_to_arm({}, 0);
  WatchOptions options{.node_set = named_nodes(node_set_), .booted = booted_};
  if (!time_limit_.empty()) options.time_limit = read_duration(time_limit_);
  options.show = [&](const auto& nodes) { display.show(nodes); };
  client.nodes(node_set_);  // a wrong name or an absent lucied is told at once
  const auto nodes = watch(client, nothing_to_arm, options, terminal);
  display.clear();
  return report_outcomes(terminal, client, nodes);
}

}  // namespace

std::unique_ptr<cli::Command> make_wait_command() {
  return std::make_unique<Wait>();
}

}  // namespace lucie::control
