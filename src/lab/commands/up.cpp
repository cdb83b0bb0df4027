#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "lab/commands/commands.hpp"
#include "lab/interrupt.hpp"
#include "lab/provision.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

class Up : public cli::Command {
 public:
  std::string name() const override { return "up"; }
  std::string summary() const override { return "make the Lucie server of a cluster, and its machines"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("CLUSTER.conf", definitions_, "the cluster's definitions");
    arguments.required_option("--debs", debs_, "DIR", "folder with Lucie's own packages");
    arguments.flag("--detach", detach_, "return when the server is up; 'lucie-lab down' ends the lab");
  }
  ExitStatus run(cli::Terminal& terminal) override { return detach_ ? detach(terminal) : keep(terminal); }

 private:
  ExitStatus keep(cli::Terminal& terminal) const;
  ExitStatus detach(cli::Terminal& terminal) const;

  std::string definitions_, debs_;
  bool detach_ = false;
};

ExitStatus Up::keep(cli::Terminal& terminal) const {
  catch_interrupts();
  const config::Cluster cluster = read_definitions(definitions_);
  const Plan plan = prepare(cluster, debs_, base::Paths::from_environment().cache, terminal);
  Lab lab(plan);
  terminal.progress("installing Lucie in the server", -1);
  install_lucie(lab.server(), debs_);
  install_definitions(lab.server(), definitions_);
  install_datasets(lab.server(), cluster);
  install_key(lab.server(), cluster);
  base::write_file(plan.state / "provisioned", "");
  terminal.note(fmt::format("the Lucie server {} is up at {}", plan.host_name, plan.address));
  terminal.note("look into it with: lucie-lab exec -- bash; end it with: lucie-lab down");
  while (lab.running() && !interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return ExitStatus::success;
}

/// A second lucie-lab keeps the lab; we wait until it says that the server is provisioned.
ExitStatus Up::detach(cli::Terminal& terminal) const {
  if (find_lab(state_folder())) throw Error("a lab is running already").hint("'lucie-lab down' ends it");
  base::TemporaryDirectory temporary("lucie-lab-up-");
  const fs::path log = temporary.path() / "log";
  base::BackgroundProcess keeper({.argv = {fs::read_symlink("/proc/self/exe"), "up", "--debs",
                                           fs::absolute(debs_), fs::absolute(definitions_)}},
                                 log, true);
  for (;;) {
    if (!keeper.running()) throw EnvironmentError(std::string(base::trim(base::read_file(log))));
    const auto lab = find_lab(state_folder());
    if (lab && lab->owner == keeper.process() && fs::exists(state_folder() / "provisioned")) break;
    terminal.progress("making the lab", -1);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  keeper.release();
  terminal.note("the lab is up; 'lucie-lab down' ends it");
  return ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> make_up_command() {
  return std::make_unique<Up>();
}

}  // namespace lucie::lab
