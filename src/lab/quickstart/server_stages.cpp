#include <fmt/format.h>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "lab/provision.hpp"
#include "lab/quickstart/journey.hpp"

// The stages in the lab's Lucie server: what an administrator types there.
namespace lucie::lab {
namespace {

/// The last line that says something.
std::string last_line(const std::string& text) {
  const auto lines = base::split(base::trim(text), '\n');
  return std::string(base::trim(lines.back()));
}

}  // namespace

std::string start_lab(Journey& journey) {
  const Plan plan = prepare(journey.cluster, journey.debs(), journey.options.cache, journey.reporter);
  journey.lab.emplace(plan);
  install_lucie(journey.server(), journey.debs());
  install_definitions(journey.server(), journey.options.definitions);
  install_datasets(journey.server(), journey.cluster);
  install_key(journey.server(), journey.cluster);
  base::write_file(plan.state / "provisioned", "");
  return fmt::format("{} at {}", plan.host_name, plan.address);
}

std::string install_lmps(Journey& journey) {
  install_repository(journey.server(), journey.repository(), journey.keyring());
  std::set<std::string> services;
  for (const config::Host& host : journey.cluster.hosts) {
    services.insert(host.services.begin(), host.services.end());
  }
  base::Command install{.argv = {"apt-get", "-y", "install"}};
  for (const std::string& service : services) install.argv.push_back("lmp-" + service);
  journey.run_in_server(std::move(install));
  // The trigger of lucie-server calls `lucie-setup refresh`, which leaves this mark.
  if (!journey.try_in_server({.argv = {"test", "-e", "/run/lucie/out-of-date"}}).success()) {
    throw Error("installing LMPs did not fire the trigger of lucie-server");
  }
  return fmt::format("{}; the trigger fired", base::join({services.begin(), services.end()}, ", "));
}

std::string show_conflict(Journey& journey) {
  const base::Outcome refused = journey.try_in_server(
      {.argv = {"apt-get", "-s", "-y", "install", "lmp-time-chrony", "lmp-time-ntpsec"}});
  if (refused.success()) throw Error("apt would install lmp-time-chrony and lmp-time-ntpsec together");
  const std::string why =
      journey.run({.argv = {journey.program("lmp", "lmp"), "explain", "time-chrony", "time-ntpsec"},
                   .environment = journey.environment()});
  journey.reporter.note(why);
  return "apt refuses time-chrony with time-ntpsec";
}

/// Nobody wrote that c++-develop needs c-develop: a script of the one runs a program of the other's list. apt
/// brings both when one is asked for.
std::string show_need(Journey& journey) {
  const std::string simulated =
      journey.run_in_server({.argv = {"apt-get", "-s", "-y", "install", "lmp-c++-develop"}});
  if (simulated.find("Inst lmp-c-develop ") == std::string::npos) {
    throw Error("apt would install lmp-c++-develop without lmp-c-develop");
  }
  const std::string why =
      journey.run({.argv = {journey.program("lmp", "lmp"), "explain", "c++-develop", "c-develop"},
                   .environment = journey.environment()});
  journey.reporter.note(why);
  return "apt brings c-develop with c++-develop";
}

/// debconf is told the answer before, as an administrator does who installs many servers; LMP mpi asks it
/// when it is installed, and from then on the answers file says what holds.
std::string ask_question(Journey& journey) {
  journey.run_in_server(
      {.argv = {"debconf-set-selections"}, .input = "lmp-mpi lmp-mpi/flavour select mpich\n"});
  journey.run_in_server({.argv = {"apt-get", "-y", "install", "lmp-mpi"}});
  const std::string answers = journey.run_in_server({.argv = {"cat", "/etc/lucie/lmp/mpi/answers.conf"}});
  journey.reporter.note(answers);
  for (const std::string& line : base::split(answers, '\n')) {
    if (base::split_words(line) == std::vector<std::string>{"flavour", "mpich"})
      return "which MPI? mpich, says debconf, and so does /etc/lucie/lmp/mpi/answers.conf";
  }
  throw Error("the answer that debconf had is not in the answers file of LMP mpi");
}

std::string check_cluster(Journey& journey) {
  return last_line(journey.run_in_server({.argv = {"lucie-setup", "check"}}));
}

std::string lock_packages(Journey& journey) {
  return last_line(journey.run_in_server({.argv = {"lucie-setup", "lock"}}));
}

std::string plan_changes(Journey& journey) {
  return last_line(journey.run_in_server({.argv = {"lucie-setup", "plan"}}));
}

std::string apply_changes(Journey& journey) {
  return last_line(journey.run_in_server({.argv = {"lucie-setup", "apply"}}));
}

}  // namespace lucie::lab
