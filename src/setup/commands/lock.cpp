#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "setup/commands/commands.hpp"
#include "setup/commands/session.hpp"
#include "setup/locking.hpp"

namespace lucie::setup {
namespace {

class Lock : public cli::Command {
 public:
  std::string name() const override { return "lock"; }
  std::string summary() const override { return "fix the exact packages and fetch them into the pool"; }
  void arguments(cli::Arguments&) override {}

  ExitStatus run(cli::Terminal& terminal) override {
    const auto paths = base::Paths::from_environment();
    const Session session(paths, terminal);
    // What is locked does not depend on the servers' addresses, and the machine that locks may lie outside
    // the cluster's network, where its names mean nothing.
    const Inputs inputs = read_inputs_or_throw(paths, terminal, false);
    std::vector<Fault> warnings;
    const auto lock = lock_cluster(paths, inputs, terminal, warnings);
    if (!warnings.empty()) terminal.faults(warnings, "warning");
    std::set<std::string> targets;
    for (const auto& installer : lock.installers) targets.insert(installer.target);
    terminal.print(fmt::format("lock {}\n", lock.hash().substr(0, 12)));
    for (const std::string& target : targets) tell(terminal, target, lock.packages(target));
    return ExitStatus::success;
  }

 private:
  static void tell(cli::Terminal& terminal, const std::string& target,
                   const std::vector<universe::Package>& packages) {
    unsigned long long bytes = 0;
    for (const auto& package : packages) bytes += package.size;
    terminal.print(
        fmt::format("{}: {} packages, {}, in the pool\n", target, packages.size(), base::human_size(bytes)));
  }
};

}  // namespace

std::unique_ptr<cli::Command> lock_command() {
  return std::make_unique<Lock>();
}

}  // namespace lucie::setup
