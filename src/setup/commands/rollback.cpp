#include <charconv>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "setup/commands/commands.hpp"
#include "setup/commands/session.hpp"
#include "setup/deploy.hpp"
#include "setup/plan.hpp"
#include "setup/pools.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

class Rollback : public cli::Command {
 public:
  std::string name() const override { return "rollback"; }
  std::string summary() const override { return "deploy an earlier version of the cluster again"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.optional_positional("VERSION", version_, "its number (default: the one before)");
  }

  ExitStatus run(cli::Terminal& terminal) override {
    const auto paths = base::Paths::from_environment();
    const Session session(paths, terminal);
    const auto compiled = load_version(paths, wanted_version(config::load_current(paths.state).version));
    const int version = compiled.version;
    Design design = design_from_compiled(paths, compiled, load_kept_lock(paths, compiled));
    if (!design.warnings.empty()) terminal.faults(design.warnings, "warning");
    const auto services = session.services();
    Deployer(paths, terminal, *services, session.cancelled()).deploy(design);
    base::write_file(paths.state / "lock.json", universe::to_json(design.lock));
    terminal.print(fmt::format("version {} is in force, with the content of version {}\n",
                               design.compiled.version, version));
    terminal.note("the definitions are as they were: 'lucie-setup apply' deploys them again");
    return ExitStatus::success;
  }

 private:
  int wanted_version(int current) const {
    if (version_.empty()) return current - 1;
    int number = 0;
    const char* end = version_.data() + version_.size();
    const auto [rest, error] = std::from_chars(version_.data(), end, number);
    if (error != std::errc() || rest != end) throw UsageError(fmt::format("'{}' is no version", version_));
    return number;
  }

  static config::Compiled load_version(const base::Paths& paths, int version) {
    const fs::path file = paths.state / "cluster" / fmt::format("{}.json", version);
    if (fs::exists(file)) return config::compiled_from_json(base::read_file(file));
    Error error(fmt::format("there is no version {} of the cluster", version));
    throw error.hint("'lucie-setup history' lists the versions");
  }

  static universe::Lock load_kept_lock(const base::Paths& paths, const config::Compiled& compiled) {
    const fs::path file = kept_lock(paths, compiled.lock);
    if (fs::exists(file)) return universe::lock_from_json(base::read_file(file));
    throw Error(fmt::format("the lock of version {} is gone: {}", compiled.version, file.string()));
  }

  std::string version_;
};

}  // namespace

std::unique_ptr<cli::Command> rollback_command() {
  return std::make_unique<Rollback>();
}

}  // namespace lucie::setup
