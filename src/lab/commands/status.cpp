#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/table.hpp"
#include "lab/commands/commands.hpp"
#include "lab/lab.hpp"
#include "lab/power.hpp"

namespace lucie::lab {
namespace {

class Status : public cli::Command {
 public:
  std::string name() const override { return "status"; }
  std::string summary() const override { return "show the server and the nodes"; }
  void arguments(cli::Arguments& arguments) override { arguments.json(); }
  ExitStatus run(cli::Terminal& terminal) override;
};

nlohmann::json record_of(const RunningLab& lab) {
  const Plan& plan = lab.server.plan();
  nlohmann::json machines = nlohmann::json::array();
  for (const Machine& machine : plan.machines) {
    machines.push_back({{"name", machine.name},
                        {"kind", machine.kind},
                        {"mac_address", machine.mac_address},
                        {"memory", machine.memory},
                        {"disk_size", machine.disk_size},
                        {"on", is_on(plan, machine)},
                        {"console_log", plan.console_log(machine.name).string()}});
  }
  return {{"version", 1},
          {"server", {{"name", plan.host_name}, {"address", plan.address}}},
          {"process", lab.owner},
          {"machines", machines}};
}

ExitStatus Status::run(cli::Terminal& terminal) {
  const RunningLab lab = require_lab(state_folder());
  const Plan& plan = lab.server.plan();
  if (terminal.json()) {
    terminal.print(record_of(lab).dump(2) + "\n");
    return ExitStatus::success;
  }
  std::vector<std::vector<std::string>> rows = {{"NAME", "KIND", "POWER", "MEMORY", "DISK", "CONSOLE LOG"},
                                                {plan.host_name, "server", "on", "", "", ""}};
  for (const Machine& machine : plan.machines) {
    // A node made of namespaces takes what the machine has.
    rows.push_back({machine.name, machine.kind, is_on(plan, machine) ? "on" : "off",
                    machine.is_namespace() ? "" : base::human_size(machine.memory),
                    base::human_size(machine.disk_size), plan.console_log(machine.name)});
  }
  terminal.print(cli::render_table(rows));
  return ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> make_status_command() {
  return std::make_unique<Status>();
}

}  // namespace lucie::lab
