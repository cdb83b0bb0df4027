#include "lmp/commands/new_command.hpp"

#include <fmt/format.h>

#include "base/paths.hpp"
#include "lmp/skeleton.hpp"

namespace lucie::lmp {
namespace {

class NewCommand : public cli::Command {
 public:
  std::string name() const override { return "new"; }
  std::string summary() const override { return "make the source tree of a new LMP, with comments"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NAME", name_, "name of the LMP; a folder of that name is made here");
    arguments.flag("--questions", questions_, "with a front end that asks the administrator");
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const auto tree = make_skeleton(name_, maintainer_from_environment(),
                                    base::Paths::from_environment().templates, {}, questions_);
    terminal.note(fmt::format("made {0}; 'lmp check {0}' checks it", tree.string()));
    return ExitStatus::success;
  }

 private:
  std::string name_;
  bool questions_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> new_command() {
  return std::make_unique<NewCommand>();
}

}  // namespace lucie::lmp
