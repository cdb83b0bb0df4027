#include <fmt/format.h>
#include <syslog.h>
#include <thread>

#include "agent/agents.hpp"
#include "agent/due.hpp"
#include "agent/telling.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "cli/program.hpp"

namespace lucie::agent {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr int most_recoveries = 3;  ///< rounds of them after one run

/// lucie-agent has one command: run the agents and tell.
class Run : public cli::Command {
 public:
  std::string name() const override { return {}; }
  std::string summary() const override { return {}; }
  void arguments(cli::Arguments& arguments) override;
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  void list(cli::Terminal& terminal, const std::vector<Agent>& agents) const;
  void run_and_tell(cli::Terminal& terminal, const std::vector<Agent>& agents);
  void run_by_cron(cli::Terminal& terminal);
  wire::AgentReport follow(const std::vector<wire::RecoveryOrder>& orders, const std::vector<Agent>& agents,
                           cli::Terminal& terminal) const;
  void show(cli::Terminal& terminal, const wire::AgentReport& report) const;

  const base::Paths paths_ = base::Paths::from_environment();
  std::vector<std::string> patterns_;
  std::string folder_ = "/usr/lib/lucie/agents";
  int time_limit_ = 60, recovery_limit_ = 300;
  bool cron_ = false, list_ = false, print_ = false;
};

void Run::arguments(cli::Arguments& arguments) {
  arguments.flag("--cron", cron_, "run only in this host's turn; faults go to syslog");
  arguments.flag("--list", list_, "list the agents and their recoveries");
  arguments.flag("--print", print_, "print the report as XML and tell nobody");
  arguments.option("--agents", folder_, "DIR", "where the agents lie");
  arguments.option("--time-limit", time_limit_, "SECONDS", "of one agent");
  arguments.option("--recovery-limit", recovery_limit_, "SECONDS", "of one recovery");
  arguments.positionals("LMP/AGENT", patterns_, "run only these; * stands for any letters", 0);
}

wire::AgentSettings read_settings(const fs::path& file) {
  if (!fs::exists(file)) {
    EnvironmentError error(fmt::format("{} does not exist", file.string()));
    error.hint("the installer's module configure writes it; --print runs the agents without it");
    throw error;
  }
  return wire::agent_settings_from_text(base::read_file(file), file.string());
}

/// One at a time: two would tell numbers that cross each other.
base::FileLock lock_of(const base::Paths& paths) {
  fs::create_directories(paths.run);
  return base::FileLock(paths.run / "agent.lock",
                        [] { throw EnvironmentError("another lucie-agent is running"); });
}

const Agent* find(const std::vector<Agent>& agents, const wire::RecoveryOrder& order) {
  const auto found = std::find_if(agents.begin(), agents.end(), [&](const Agent& agent) {
    return agent.lmp == order.lmp && agent.name == order.agent;
  });
  return found == agents.end() ? nullptr : &*found;
}

void Run::list(cli::Terminal& terminal, const std::vector<Agent>& agents) const {
  for (const Agent& agent : agents)
    terminal.print(fmt::format("{}/{}{}\n", agent.lmp, agent.name,
                               agent.recovery.empty() ? "" : "\trecover: " + agent.recovery));
}

/// cron would mail it.
void Run::show(cli::Terminal& terminal, const wire::AgentReport& report) const {
  if (cron_) return;
  for (const auto& each : report.recoveries)
    terminal.note(fmt::format("{}/{} recovery {} {}", each.lmp, each.agent, each.done ? "done" : "failed",
                              base::escape_control(each.text, "\n")));
  for (const auto& each : report.findings)
    terminal.note(fmt::format("{}/{} {} {}", each.lmp, each.agent, wire::to_string(each.verdict),
                              base::escape_control(each.text, "\n")));
}

/// Runs the recoveries, and their agents again: whether it helped is told at once.
wire::AgentReport Run::follow(const std::vector<wire::RecoveryOrder>& orders,
                              const std::vector<Agent>& agents, cli::Terminal& terminal) const {
  wire::AgentReport report;
  for (const wire::RecoveryOrder& order : orders) {
    const Agent* agent = find(agents, order);
    if (agent == nullptr || agent->recovery.empty()) {
      report.recoveries.push_back({order.lmp, order.agent, false, "this node knows no such recovery", 0});
      continue;
    }
    report.recoveries.push_back(run_recovery(*agent, seconds(recovery_limit_)));
    report.findings.push_back(run_agent(*agent, seconds(time_limit_)));
  }
  show(terminal, report);
  return report;
}

void Run::run_and_tell(cli::Terminal& terminal, const std::vector<Agent>& agents) {
  const wire::AgentSettings settings = read_settings(paths_.etc / "agent.conf");
  const base::FileLock lock = lock_of(paths_);
  Telling telling(settings, paths_.state / "agent.number");
  wire::AgentReport report{.findings = run_agents(agents, seconds(time_limit_))};
  show(terminal, report);
  if (patterns_.empty()) {
    report.round = 1;
    report.last = true;
  }
  auto orders = telling.tell(std::move(report));
  for (int turn = 0; turn < most_recoveries && !orders.empty(); ++turn)
    orders = telling.tell(follow(orders, agents, terminal));
}

void Run::run_by_cron(cli::Terminal& terminal) {
  std::error_code ignored;
  if (!fs::exists(paths_.etc / "agent.conf", ignored)) return;  // no node of a cluster, or not yet
  const wire::AgentSettings settings = read_settings(paths_.etc / "agent.conf");
  const seconds interval(settings.agent.interval);
  if (!is_due(settings.host, interval, std::chrono::system_clock::now())) return;
  std::this_thread::sleep_for(delay_of(settings.host, interval));
  run_and_tell(terminal, find_agents(folder_));
}

ExitStatus Run::run(cli::Terminal& terminal) {
  if (time_limit_ < 1 || recovery_limit_ < 1) throw UsageError("a time limit is at least one second");
  if (cron_) {
    if (list_ || print_ || !patterns_.empty()) throw UsageError("--cron stands alone");
    try {
      run_by_cron(terminal);
    } catch (const Error& error) {  // cron would mail it to the node's root, once a minute
      syslog(LOG_DAEMON | LOG_WARNING, "%s", error.what());
      return error.status();
    }
    return ExitStatus::success;
  }
  const auto agents = select_agents(find_agents(folder_), patterns_);
  if (list_) {
    list(terminal, agents);
  } else if (print_) {
    wire::AgentReport report{.host = "localhost", .findings = run_agents(agents, seconds(time_limit_))};
    if (fs::exists(paths_.etc / "agent.conf")) report.host = read_settings(paths_.etc / "agent.conf").host;
    terminal.print(wire::to_xml(report));
  } else {
    run_and_tell(terminal, agents);
  }
  return ExitStatus::success;
}

}  // namespace
}  // namespace lucie::agent

int main(int argc, char** argv) {
  lucie::cli::Program program{.name = "lucie-agent",
                              .summary = "Runs the agents of this node's LMPs and tells the Lucie server",
                              .takes_definitions = false};
  program.commands.push_back(std::make_unique<lucie::agent::Run>());
  return lucie::cli::run_program(std::move(program), argc, argv);
}
