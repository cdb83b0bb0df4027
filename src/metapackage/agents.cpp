#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"
#include "config/agent_program.hpp"
#include "metapackage/manifest.hpp"

/// Agents and their recoveries.
namespace lucie::metapackage {
namespace {

namespace fs = std::filesystem;

bool is_recovery(const std::string& name) {
  return name.ends_with(config::recovery_suffix);
}

std::vector<std::string> names_of(const std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const fs::path& file : files) names.push_back(file.filename().string());
  return names;
}

/// The program beside the agent that a command line begins with; empty when it begins with another one.
std::string program_beside(const std::string& command) {
  const auto words = base::split_words(command);
  const std::string first = words.empty() ? "" : words.front();
  if (first.starts_with("./")) return first.substr(2);
  return is_recovery(first) && first.find('/') == std::string::npos ? first : std::string();
}

class AgentCheck {
 public:
  AgentCheck(const Lmp& lmp, std::vector<Fault>& faults)
      : lmp_(lmp), names_(names_of(lmp.agents)), faults_(faults) {}

  void check() {
    for (const fs::path& agent : lmp_.agents) check_lines(agent);
    for (const fs::path& agent : lmp_.agents) check_recovery(agent);
  }

 private:
  bool has(const std::string& name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }
  void fault(const fs::path& file, int line, std::string message, std::string hint) {
    faults_.push_back({{file.string(), line, line == 0 ? 0 : 1}, std::move(message), std::move(hint)});
  }

  void check_lines(const fs::path& agent) {
    const auto lines = config::recover_lines(*lmp_.texts->read(agent));
    for (std::size_t index = 1; index < lines.size(); ++index)
      fault(agent, lines[index].line, "an agent has one recovery, and this is another",
            fmt::format("the first stands in line {}", lines[0].line));
    if (lines.empty()) return;
    if (lines[0].command.empty())
      fault(agent, lines[0].line, "the recovery's command is missing", "write '# recover: COMMAND'");
    const std::string beside = program_beside(lines[0].command);
    if (beside.empty()) return;
    named_.push_back(beside);
    if (has(beside)) return;
    const std::string meant = base::did_you_mean(beside, names_);
    fault(agent, lines[0].line, fmt::format("there is no program '{}' beside the agent", beside),
          meant.empty() ? "put it into agents/" : meant);
  }

  /// A recovery that nothing leads to would never run.
  void check_recovery(const fs::path& file) {
    const std::string name = file.filename().string();
    if (!is_recovery(name)) return;
    const std::string agent = name.substr(0, name.size() - config::recovery_suffix.size());
    if (has(agent) || std::find(named_.begin(), named_.end(), name) != named_.end()) return;
    const std::string meant = base::did_you_mean(agent, names_);
    fault(file, 0, fmt::format("it is the recovery of no agent: there is no agent '{}'", agent),
          meant.empty() ? "an agent names it in a line '# recover: " + name + "'" : meant);
  }

  const Lmp& lmp_;
  const std::vector<std::string> names_;
  std::vector<std::string> named_;  ///< programs that recover lines begin with
  std::vector<Fault>& faults_;
};

}  // namespace

void check_agents(const Lmp& lmp, std::vector<Fault>& faults) {
  AgentCheck(lmp, faults).check();
}

}  // namespace lucie::metapackage
