#include "lab/commands/commands.hpp"
#include "lab/lab.hpp"

namespace lucie::lab {
namespace {

class Down : public cli::Command {
 public:
  std::string name() const override { return "down"; }
  std::string summary() const override { return "end the lab: server, machines, disks"; }
  void arguments(cli::Arguments&) override {}
  ExitStatus run(cli::Terminal& terminal) override {
    const auto lab = find_lab(state_folder());
    if (!lab) {
      terminal.note("no lab is running");
      return ExitStatus::success;
    }
    end_lab(*lab);
    return ExitStatus::success;
  }
};

}  // namespace

std::unique_ptr<cli::Command> make_down_command() {
  return std::make_unique<Down>();
}

}  // namespace lucie::lab
