#include "setup/refresh.hpp"

#include <exception>
#include <fmt/format.h>

#include "setup/commands/commands.hpp"

namespace lucie::setup {
namespace {

class Refresh : public cli::Command {
 public:
  std::string name() const override { return "refresh"; }
  std::string summary() const override { return "note which LMPs changed (the package manager calls it)"; }
  void arguments(cli::Arguments&) override {}

  /// The package manager must not fail because of us, so everything wrong is a warning.
  ExitStatus run(cli::Terminal& terminal) override {
    try {
      const auto paths = base::Paths::from_environment();
      const auto differences = lmp_differences(paths);
      mark_out_of_date(paths, differences);
      for (const std::string& line : differences) terminal.note("lucie: " + line);
      if (!differences.empty()) terminal.note("lucie: see 'lucie-setup plan'; 'lucie-setup apply' deploys");
    } catch (const std::exception& error) {
      terminal.warning(fmt::format("installed LMPs were not looked through: {}", error.what()));
    }
    return ExitStatus::success;
  }
};

}  // namespace

std::unique_ptr<cli::Command> refresh_command() {
  return std::make_unique<Refresh>();
}

}  // namespace lucie::setup
