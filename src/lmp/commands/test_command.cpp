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

using Services = std::vector<std::string>;

/// The named LMPs and those they depend on, as the proof for this machine's release says. Those that exclude
/// each other are apart; `always` is with each.
std::vector<Services> services_of(const Collection& collection, const Services& always,
                                  UniverseShelf& shelf) {
  const std::vector<Lmp> lmps = for_target(collection.lmps, config::own_target());
  metapackage::Proof proof = metapackage::prove(lmps, shelf.asked());
  if (!proof.faults.empty()) throw FaultsError(proof.faults);
  std::erase_if(proof.relations, [](const auto& relation) { return !relation.when.empty(); });
  std::vector<Services> wanted, ordered;
  for (const std::string& name : collection.named) {
    const auto fits = [&](std::size_t group) {
      Services more = wanted[group];
      if (std::find(more.begin(), more.end(), name) == more.end()) more.push_back(name);
      std::vector<Fault> faults;
      const Services services = metapackage::order_lmps(more, lmps, proof.relations, faults);
      if (!faults.empty()) return false;
      wanted[group] = more;
      ordered[group] = services;
      return true;
    };
    std::size_t group = 0;
    while (group < wanted.size() && !fits(group)) ++group;
    if (group < wanted.size()) continue;
    Services alone = always;
    if (std::find(alone.begin(), alone.end(), name) == alone.end()) alone.push_back(name);
    std::vector<Fault> faults;
    ordered.push_back(metapackage::order_lmps(alone, lmps, proof.relations, faults));
    if (!faults.empty()) throw FaultsError(faults);
    wanted.push_back(alone);
  }
  return ordered;
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
  Services always(const Collection& collection) const;
  void build(const Collection& collection, const Services& services, const fs::path& out,
             cli::Terminal& terminal) const;
  TrialResult try_together(const Collection& collection, const Services& services,
                           cli::Terminal& terminal) const;

  std::vector<std::string> folders_, others_;
  std::string debs_, time_limit_ = "15m";
  bool machine_ = false;
};

/// A machine needs a boot loader and a way in beside the tested LMPs.
Services TestCommand::always(const Collection& collection) const {
  if (!machine_) return {};
  return {collection.find("grub").name, collection.find("ssh").name};
}

/// As an author does it, by `lmp build`.
void TestCommand::build(const Collection& collection, const Services& services, const fs::path& out,
                        cli::Terminal& terminal) const {
  terminal.progress("building the LMPs", -1);
  base::Command command{.argv = {fs::read_symlink("/proc/self/exe"), "--quiet", "build", "-o", out}};
  if (!terminal.definitions().empty()) {
    command.argv.insert(command.argv.end(), {"-c", terminal.definitions()});
  }
  for (const std::string& service : services) command.argv.push_back(collection.find(service).tree);
  base::run_or_throw(command);
}

TrialResult TestCommand::try_together(const Collection& collection, const Services& services,
                                      cli::Terminal& terminal) const {
  const base::Stopwatch watch;
  const base::TemporaryDirectory packages("lucie-trial-lmps-");
  build(collection, services, packages.path(), terminal);
  Trial trial({.services = services,
               .lmp_packages = packages.path(),
               .own_packages = debs_,
               .machine = machine_,
               .time_limit = time_limit_,
               .cancelled = interruption()},
              terminal);
  TrialResult result{.installed = services, .verdicts = {}, .took = {}};
  for (const std::string& service : services) {
    for (const fs::path& agent : collection.find(service).agents) {
      const std::string name = agent.filename();
      if (!name.ends_with(config::recovery_suffix)) result.verdicts.push_back(trial.run_agent(service, name));
    }
  }
  result.took = watch.elapsed();
  return result;
}

ExitStatus TestCommand::run(cli::Terminal& terminal) {
  if (geteuid() != 0) throw EnvironmentError("the lab needs root").hint("use sudo");
  const Collection collection = read_collection(folders_, others_);
  UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
  shelf.add_servers(collection.lmps);
  std::vector<TrialResult> results;
  for (const Services& services : services_of(collection, always(collection), shelf)) {
    const TrialResult& result = results.emplace_back(try_together(collection, services, terminal));
    if (terminal.json()) continue;
    terminal.print(trial_text(result.verdicts));
    terminal.note(
        fmt::format("{} installed in {}", base::join(services, ", "), base::format_duration(result.took)));
  }
  if (terminal.json()) terminal.print(trial_record(results));
  const bool failed = std::any_of(results.begin(), results.end(), [](const TrialResult& result) {
    return std::any_of(result.verdicts.begin(), result.verdicts.end(),
                       [](const AgentVerdict& verdict) { return verdict.status >= 2; });
  });
  return failed ? ExitStatus::input : ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> test_command() {
  return std::make_unique<TestCommand>();
}

}  // namespace lucie::lmp
