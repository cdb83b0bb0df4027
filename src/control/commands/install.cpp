#include <fmt/format.h>

#include "base/error.hpp"
#include "base/node_set.hpp"
#include "control/commands/commands.hpp"
#include "control/commands/display.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

class Install : public cli::Command {
 public:
  std::string name() const override { return "install"; }
  std::string summary() const override { return "arm nodes: they are installed at their next boot, once"; }
  void arguments(cli::Arguments& arguments) override;
  ExitStatus run(cli::Terminal& terminal) override;
  std::vector<std::string> complete(const std::vector<std::string>&) const override { return node_names(); }

 private:
  void arm(cli::Terminal& terminal, const Client& client, const std::vector<std::string>& nodes) const;

  std::string node_set_, installer_, time_limit_;
  int window_ = 0;
  bool resume_ = false, wait_ = false, protected_ = false, booted_ = false;
};

void Install::arguments(cli::Arguments& arguments) {
  arguments.positional("NODESET", node_set_, node_set_help);
  arguments.option("--installer", installer_, "INSTALLER", "instead of the one in the definitions");
  arguments.option("--window", window_, "N", "have at most N armed or under way at once (waits; 0: all)");
  arguments.flag("--resume", resume_, "leave out nodes that are installed or under way");
  arguments.flag("--wait", wait_, "wait until they are installed");
  arguments.option("--timeout", time_limit_, "TIME", "give up waiting after this time: 90s, 30m, 2h");
  arguments.flag("--booted", booted_, "wait until they have also booted from their own disk");
  arguments.flag("--protected", protected_, "arm protected hosts, too");
}

void Install::arm(cli::Terminal& terminal, const Client& client,
                  const std::vector<std::string>& nodes) const {
  client.arm(nodes, installer_, protected_);
  terminal.note(fmt::format("armed {}", base::fold_node_set(nodes)));
}

ExitStatus Install::run(cli::Terminal& terminal) {
  if (window_ < 0) throw UsageError("--window: a number of nodes is meant");
  const Client client = own_client();
  const auto selected = client.nodes(named_nodes(node_set_));
  std::vector<std::string> names;
  for (const auto& node : selected) names.push_back(node.name);
  if (resume_) names = still_to_arm(selected);
  if (names.empty()) terminal.note("every one of these nodes is installed or under way");
  if (!wait_ && !booted_ && window_ == 0) {
    if (names.empty()) return ExitStatus::success;
    arm(terminal, client, names);
    terminal.note(
        fmt::format("they are installed at their next boot: lucie wait {}", base::fold_node_set(names)));
    return ExitStatus::success;
  }
  Display display(terminal);
  Window window(names, window_);
  WatchOptions options{.node_set = node_set_, .booted = booted_};
  if (!time_limit_.empty()) options.time_limit = read_duration(time_limit_);
  options.show = [&](const auto& nodes) { display.show(nodes); };
  options.arm = [&](const auto& nodes) {
    display.clear();
    arm(terminal, client, nodes);
  };
  const auto nodes = watch(client, window, options, terminal);
  display.clear();
  return report_outcomes(terminal, client, nodes);
}

}  // namespace

std::unique_ptr<cli::Command> make_install_command() {
  return std::make_unique<Install>();
}

}  // namespace lucie::control
