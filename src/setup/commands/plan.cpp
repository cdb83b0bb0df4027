#include "setup/plan.hpp"

#include <fmt/format.h>

#include "cli/table.hpp"
#include "setup/commands/commands.hpp"
#include "setup/commands/session.hpp"
#include "setup/compile.hpp"

namespace lucie::setup {
namespace {

class Plan : public cli::Command {
 public:
  std::string name() const override { return "plan"; }
  std::string summary() const override { return "show what apply would change"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.flag("--diff", diff_, "also the differences of generated files");
    arguments.json();
  }

  ExitStatus run(cli::Terminal& terminal) override {
    const auto paths = base::Paths::from_environment();
    const Inputs inputs = read_inputs_or_throw(paths, terminal);
    const Design design = design_from_inputs(paths, inputs, load_lock(paths));
    if (!design.warnings.empty()) terminal.faults(design.warnings, "warning");
    const auto changes = plan(paths, design, diff_);
    if (terminal.json()) {
      terminal.print(to_json(changes));
    } else {
      tell(terminal, changes);
    }
    return ExitStatus::success;
  }

 private:
  static void tell(cli::Terminal& terminal, const std::vector<Change>& changes) {
    if (changes.empty()) return terminal.print("nothing to change\n");
    std::vector<std::vector<std::string>> rows = {{"ACTION", "KIND", "NAME", "DETAIL"}};
    for (const Change& change : changes) {
      rows.push_back({change.action, change.kind, change.name, change.detail});
    }
    terminal.print(cli::render_table(rows));
    for (const Change& change : changes) {
      if (!change.diff.empty()) terminal.print("\n" + change.diff);
    }
    terminal.print(fmt::format("\n{} change{}: 'lucie-setup apply' makes them\n", changes.size(),
                               changes.size() == 1 ? "" : "s"));
  }

  bool diff_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> plan_command() {
  return std::make_unique<Plan>();
}

}  // namespace lucie::setup
