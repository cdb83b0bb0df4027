#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "wire/agent_report.hpp"

/// The sanity checks that LMPs leave on a node (lmp.conf(5), "Agents").
namespace lucie::agent {

struct Agent {
  std::string lmp, name;
  std::filesystem::path program;
  std::string recovery;  ///< command line for sh(1) in the program's folder; empty: there is none
};

/// FOLDER/LMP/NAME, sorted; recovery programs (NAME.recover) are none, nor is what cannot be executed. A
/// folder that does not exist has none.
std::vector<Agent> find_agents(const std::filesystem::path& folder);

/// `agents` that one of the patterns LMP/AGENT names; all of them when there are no patterns.
std::vector<Agent> select_agents(std::vector<Agent> agents, const std::vector<std::string>& patterns);

/// Runs it: exit status 0 is ok, 1 a warning, all else a failure; what it printed is the text.
wire::AgentFinding run_agent(const Agent& agent, std::chrono::seconds time_limit);
/// Several at once, results in the order of `agents`.
std::vector<wire::AgentFinding> run_agents(const std::vector<Agent>& agents, std::chrono::seconds time_limit);

/// Runs its recovery.
wire::RecoveryOutcome run_recovery(const Agent& agent, std::chrono::seconds time_limit);

}  // namespace lucie::agent
