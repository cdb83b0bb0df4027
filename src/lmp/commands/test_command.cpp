#include "lmp/commands/test_command.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "config/agent_program.hpp"
#include "lmp/collection.hpp"
#include "lmp/trial.hpp"
#include "lmp/trial_record.hpp"
#include "lmp/universes.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Lmp;

std::atomic<bool> interrupted = false;

/// From now on they end the command in order, so that nothing stays.
std::function<bool()> interruption() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, [](int) { interrupted = true; });
  return [] { return interrupted.load(); };
}

/// The named LMPs and those they depend on, as the proof for this machine's release says.
std::vector<std::string> services_of(const Collection& collection, std::vector<std::string> named,
                                     UniverseShelf& shelf) {
  const std::vector<Lmp> lmps = for_target(collection.lmps, config::own_target());
  metapackage::Proof proof = metapackage::prove(lmps, shelf.asked());
  if (!proof.faults.empty()) throw FaultsError(proof.faults);
  std::erase_if(proof.relations, [](const auto& relation) { return !relation.when.empty(); });
  std::vector<Fault> faults;
  const auto services = metapackage::order_lmps(named, lmps, proof.relations, faults);
  if (!faults.empty()) throw FaultsError(faults);
  return services;
}

class TestCommand : public cli::Command {
 public:
  std::string name() const override { return "test"; }
  std::string summary() const override {
    return "install LMPs on a node of a lab and run their agents there";
  }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("DIR", folders_, "folders with LMPs in or below them");
    arguments.option("--collection", others_, "DIR", "where LMPs that they need are: a folder or repository");
    arguments.flag("--machine", machine_, "a machine in QEMU rather than a node made of namespaces");
    arguments.option("--debs", debs_, "DIR",
                     "folder with Lucie's own packages; default: apt-get fetches them");
    arguments.option("--timeout", time_limit_, "TIME", "how long the installation may take");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  std::vector<std::string> wanted(const Collection& collection) const;
  void build(const Collection& collection, const std::vector<std::string>& services, const fs::path& out,
             cli::Terminal& terminal) const;

  std::vector<std::string> folders_, others_;
  std::string debs_, time_limit_ = "15m";
  bool machine_ = false;
};

/// A machine needs a boot loader and a way in beside them.
std::vector<std::string> TestCommand::wanted(const Collection& collection) const {
  std::vector<std::string> names = collection.named;
  for (const char* own : {"grub", "ssh"}) {
    if (machine_ && std::find(names.begin(), names.end(), own) == names.end())
      names.push_back(collection.find(own).name);
  }
  return names;
}

/// As an author does it, by `lmp build`.
void TestCommand::build(const Collection& collection, const std::vector<std::string>& services,
                        const fs::path& out, cli::Terminal& terminal) const {
  terminal.progress("building the LMPs", -1);
  base::Command command{.argv = {fs::read_symlink("/proc/self/exe"), "--quiet", "build", "-o", out}};
  if (!terminal.definitions().empty()) {
    command.argv.insert(command.argv.end(), {"-c", terminal.definitions()});
  }
  for (const std::string& service : services) command.argv.push_back(collection.find(service).tree);
  base::run_or_throw(command);
}

ExitStatus TestCommand::run(cli::Terminal& terminal) {
  if (geteuid() != 0) throw EnvironmentError("the lab needs root").hint("use sudo");
  const base::Stopwatch watch;
  const Collection collection = read_collection(folders_, others_);
  UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
  shelf.add_servers(collection.lmps);
  const std::vector<std::string> services = services_of(collection, wanted(collection), shelf);
  const base::TemporaryDirectory packages("lucie-trial-lmps-");
  build(collection, services, packages.path(), terminal);
  Trial trial({.services = services,
               .lmp_packages = packages.path(),
               .own_packages = debs_,
               .machine = machine_,
               .time_limit = time_limit_,
               .cancelled = interruption()},
              terminal);
  std::vector<AgentVerdict> verdicts;
  for (const std::string& service : services) {
    for (const fs::path& agent : collection.find(service).agents) {
      const std::string name = agent.filename();
      if (!name.ends_with(config::recovery_suffix)) verdicts.push_back(trial.run_agent(service, name));
    }
  }
  if (terminal.json()) {
    terminal.print(trial_record(services, verdicts, watch.elapsed()));
  } else {
    terminal.print(trial_text(verdicts));
    terminal.note(fmt::format("{} installed in {}", base::join(services, ", "),
                              base::format_duration(watch.elapsed())));
  }
  const bool failed =
      std::any_of(verdicts.begin(), verdicts.end(), [](const auto& verdict) { return verdict.status >= 2; });
  return failed ? ExitStatus::input : ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> test_command() {
  return std::make_unique<TestCommand>();
}

}  // namespace lucie::lmp
