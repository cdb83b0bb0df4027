#include "agent/agents.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "config/agent_program.hpp"

namespace lucie::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_output = 1 << 20;  ///< bytes; more comes from an agent gone mad
constexpr unsigned at_once = 4;
constexpr const char* path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

bool is_executable(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0;
}

std::string recovery_of(const fs::path& program) {
  const auto lines = config::recover_lines(base::read_file(program));
  if (!lines.empty()) return lines.front().command;
  const std::string beside = program.filename().string() + std::string(config::recovery_suffix);
  return is_executable(program.parent_path() / beside) ? base::shell_quote("./" + beside) : std::string();
}

struct Ran {
  base::Outcome outcome;
  double seconds = 0;
  bool too_much = false;
};

/// Agents find the helpers for authors by the environment, wherever those lie.
Ran run(const Agent& agent, std::vector<std::string> argv, std::chrono::seconds time_limit) {
  const fs::path folder = agent.program.parent_path();
  std::atomic<std::size_t> printed = 0;
  const auto start = std::chrono::steady_clock::now();
  Ran ran;
  const auto too_much = [&] { return printed > most_output; };
  ran.outcome = base::run({.argv = std::move(argv),
                           .environment = {{"PATH", folder.string() + ":" + path}},
                           .directory = folder,
                           .time_limit = time_limit,
                           .on_line = [&](std::string_view line) { printed += line.size() + 1; },
                           .cancelled = too_much});
  ran.too_much = too_much();
  ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return ran;
}

/// What it printed, on standard output if there is anything.
std::string said(const Ran& ran) {
  const auto output = base::trim(ran.outcome.output);
  return std::string(output.empty() ? base::trim(ran.outcome.error) : output);
}

std::string with_words(const Ran& ran) {
  const std::string how = ran.too_much ? "it printed without end" : ran.outcome.describe();
  const std::string words = said(ran);
  return words.empty() ? how : how + ": " + words;
}

}  // namespace

std::vector<Agent> find_agents(const fs::path& folder) {
  std::vector<Agent> agents;
  for (const fs::path& lmp : entries(folder)) {
    for (const fs::path& program : entries(lmp)) {
      const std::string name = program.filename().string();
      if (name.ends_with(config::recovery_suffix) || !is_executable(program)) continue;
      agents.push_back({lmp.filename().string(), name, program, recovery_of(program)});
    }
  }
  return agents;
}

std::vector<Agent> select_agents(std::vector<Agent> agents, const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    const bool known = std::any_of(agents.begin(), agents.end(), [&](const Agent& agent) {
      return config::agent_matches(pattern, agent.lmp, agent.name);
    });
    if (!known) throw Error(fmt::format("no agent is '{}'", pattern)).hint("'lucie-agent --list' shows them");
  }
  if (patterns.empty()) return agents;
  std::erase_if(agents, [&](const Agent& agent) {
    return std::none_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return config::agent_matches(pattern, agent.lmp, agent.name);
    });
  });
  return agents;
}

wire::AgentFinding run_agent(const Agent& agent, std::chrono::seconds time_limit) {
  wire::AgentFinding finding{.lmp = agent.lmp, .agent = agent.name, .recovers = !agent.recovery.empty()};
  finding.verdict = wire::Verdict::failure;
  try {
    const Ran ran = run(agent, {agent.program.string()}, time_limit);
    const bool plain = ran.outcome.signal == 0 && !ran.outcome.timed_out && ran.outcome.exit_status <= 2;
    if (plain) finding.verdict = static_cast<wire::Verdict>(ran.outcome.exit_status);
    finding.text = plain ? said(ran) : with_words(ran);
    finding.seconds = ran.seconds;
  } catch (const Error& error) {
    finding.text = error.what();
  }
  return finding;
}

std::vector<wire::AgentFinding> run_agents(const std::vector<Agent>& agents,
                                           std::chrono::seconds time_limit) {
  std::vector<wire::AgentFinding> findings(agents.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t index = next++; index < agents.size(); index = next++)
      findings[index] = run_agent(agents[index], time_limit);
  };
  std::vector<std::jthread> threads;
  for (unsigned thread = 0; thread < std::min<std::size_t>(at_once, agents.size()); ++thread)
    threads.emplace_back(work);
  threads.clear();  // waits
  return findings;
}

wire::RecoveryOutcome run_recovery(const Agent& agent, std::chrono::seconds time_limit) {
  wire::RecoveryOutcome recovery{.lmp = agent.lmp, .agent = agent.name};
  try {
    const Ran ran = run(agent, {"sh", "-c", agent.recovery}, time_limit);
    recovery.done = ran.outcome.success();
    recovery.text = recovery.done ? said(ran) : with_words(ran);
    recovery.seconds = ran.seconds;
  } catch (const Error& error) {
    recovery.text = error.what();
  }
  return recovery;
}

}  // namespace lucie::agent
