#include <fmt/format.h>

#include "base/clock.hpp"
#include "setup/commands/commands.hpp"
#include "setup/commands/session.hpp"
#include "setup/compile.hpp"
#include "setup/deploy.hpp"
#include "setup/refresh.hpp"

namespace lucie::setup {
namespace {

class Apply : public cli::Command {
 public:
  std::string name() const override { return "apply"; }
  std::string summary() const override { return "make the server what definitions and lock say"; }
  void arguments(cli::Arguments&) override {}

  ExitStatus run(cli::Terminal& terminal) override {
    const base::Stopwatch watch;
    const auto paths = base::Paths::from_environment();
    const Session session(paths, terminal);
    const Inputs inputs = read_inputs_or_throw(paths, terminal);
    Design design = design_from_inputs(paths, inputs, load_lock(paths));
    if (!design.warnings.empty()) terminal.faults(design.warnings, "warning");
    const auto services = session.services();
    Deployer(paths, terminal, *services, session.cancelled()).deploy(design);
    mark_out_of_date(paths, {});
    terminal.print(fmt::format("version {} of the cluster is in force: {} hosts, {}\n",
                               design.compiled.version, design.compiled.cluster.hosts.size(),
                               base::format_duration(watch.elapsed())));
    return ExitStatus::success;
  }
};

}  // namespace

std::unique_ptr<cli::Command> apply_command() {
  return std::make_unique<Apply>();
}

}  // namespace lucie::setup
