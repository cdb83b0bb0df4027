#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What is written about agents in their own text and in definitions (lmp.conf(5), lucie.conf(5)).
namespace lucie::config {

/// A comment `# recover: COMMAND` in an agent: what may set right what the agent found.
struct RecoverLine {
  std::string command;  ///< for sh(1), in the agent's own folder, which is first in PATH; may be empty
  int line = 0;         ///< from 1
};

/// All such lines of a program's text; one is the most that makes sense.
std::vector<RecoverLine> recover_lines(std::string_view program);

/// Ends the names of recovery programs: they lie beside the agents and are none themselves. `sshd.recover` is
/// the recovery of the agent `sshd`, unless that has a line of its own.
inline constexpr std::string_view recovery_suffix = ".recover";

/// Whether the text is a pattern LMP/AGENT.
bool is_agent_pattern(std::string_view text);
/// `*`, `?` and `[…]` match within one name, as in fnmatch(3).
bool agent_matches(const std::string& pattern, const std::string& lmp, const std::string& agent);

}  // namespace lucie::config
