#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "setup/commands/commands.hpp"
#include "setup/inputs.hpp"
#include "setup/prover.hpp"

namespace lucie::setup {
namespace {

/// As in the record of `lmp check`: what is not known is null.
nlohmann::ordered_json or_null(bool known, nlohmann::ordered_json value) {
  return known ? std::move(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json faults_json(const std::vector<Fault>& faults) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Fault& fault : faults) {
    list.push_back({{"file", or_null(fault.where.known(), fault.where.file)},
                    {"line", or_null(fault.where.line > 0, fault.where.line)},
                    {"column", or_null(fault.where.column > 0, fault.where.column)},
                    {"message", fault.message},
                    {"hint", or_null(!fault.hint.empty(), fault.hint)}});
  }
  return list;
}

class Check : public cli::Command {
 public:
  std::string name() const override { return "check"; }
  std::string summary() const override { return "prove that every host can be installed as defined"; }
  void arguments(cli::Arguments& arguments) override { arguments.json(); }

  ExitStatus run(cli::Terminal& terminal) override {
    const auto paths = base::Paths::from_environment();
    Inputs inputs = read_inputs(paths, terminal.definitions_or_default());
    auto faults = inputs.faults;
    auto warnings = inputs.warnings;
    auto sets = inputs.cluster.service_sets().size();
    if (faults.empty()) {
      auto proof = Prover(paths, inputs, terminal, false).prove();
      faults = std::move(proof.faults);
      if (faults.empty()) sets = proof.service_sets;
      warnings.insert(warnings.end(), proof.warnings.begin(), proof.warnings.end());
    }
    sort_faults(warnings);
    tell(terminal, inputs.cluster, sets, faults, warnings);
    return faults.empty() ? ExitStatus::success : ExitStatus::input;
  }

 private:
  static void tell(cli::Terminal& terminal, const config::Cluster& cluster, std::size_t sets,
                   const std::vector<Fault>& faults, const std::vector<Fault>& warnings) {
    if (terminal.json()) {
      const nlohmann::ordered_json record = {{"version", 1},
                                             {"hosts", cluster.hosts.size()},
                                             {"service_sets", sets},
                                             {"faults", faults_json(faults)},
                                             {"warnings", faults_json(warnings)}};
      terminal.print(record.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
      return;
    }
    if (!warnings.empty()) terminal.faults(warnings, "warning");
    if (!faults.empty()) return terminal.faults(faults);
    terminal.print(fmt::format("{} host{} in {} service set{}: all can be installed\n", cluster.hosts.size(),
                               cluster.hosts.size() == 1 ? "" : "s", sets, sets == 1 ? "" : "s"));
  }
};

}  // namespace

std::unique_ptr<cli::Command> check_command() {
  return std::make_unique<Check>();
}

}  // namespace lucie::setup
