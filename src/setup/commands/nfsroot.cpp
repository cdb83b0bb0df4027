#include <fmt/format.h>

#include "base/clock.hpp"
#include "setup/commands/commands.hpp"
#include "setup/commands/session.hpp"
#include "setup/compile.hpp"
#include "setup/deploy.hpp"

namespace lucie::setup {
namespace {

class Nfsroot : public cli::Command {
 public:
  std::string name() const override { return "nfsroot"; }
  std::string summary() const override { return "build the NFS roots anew from the lock"; }
  void arguments(cli::Arguments&) override {}

  ExitStatus run(cli::Terminal& terminal) override {
    const base::Stopwatch watch;
    const auto paths = base::Paths::from_environment();
    const Session session(paths, terminal);
    const Inputs inputs = read_inputs_or_throw(paths, terminal);
    const Design design = design_from_inputs(paths, inputs, load_lock(paths));
    const auto services = session.services();
    Deployer(paths, terminal, *services, session.cancelled()).rebuild_nfsroots(design);
    for (const auto& [installer, images] : design.images) {
      terminal.print(fmt::format("NFS root of {}: {} packages\n", installer, images.nfsroot.packages.size()));
    }
    terminal.note(base::format_duration(watch.elapsed()));
    return ExitStatus::success;
  }
};

}  // namespace

std::unique_ptr<cli::Command> nfsroot_command() {
  return std::make_unique<Nfsroot>();
}

}  // namespace lucie::setup
