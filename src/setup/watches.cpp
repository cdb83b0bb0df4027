#include "setup/watches.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/names.hpp"
#include "config/agent_program.hpp"

namespace lucie::setup {
namespace {

struct Agent {
  std::string lmp, name;
  bool recovers = false;
};

std::vector<Agent> agents_of(const metapackage::Lmp& lmp) {
  std::vector<Agent> agents;
  for (const auto& program : lmp.agents) {
    const std::string name = program.filename().string();
    if (name.ends_with(config::recovery_suffix)) continue;
    const bool beside = std::any_of(lmp.agents.begin(), lmp.agents.end(), [&](const auto& other) {
      return other.filename().string() == name + std::string(config::recovery_suffix);
    });
    agents.push_back({lmp.name, name, beside || !config::recover_lines(base::read_file(program)).empty()});
  }
  return agents;
}

class WatchProof {
 public:
  explicit WatchProof(const std::vector<const metapackage::Lmp*>& lmps) {
    for (const auto* lmp : lmps) {
      const auto agents = agents_of(*lmp);
      agents_.insert(agents_.end(), agents.begin(), agents.end());
    }
    for (const Agent& agent : agents_) names_.push_back(agent.lmp + "/" + agent.name);
  }

  void prove(const config::Watch& watch) {
    bool any = false, recovers = false;
    for (const std::string& pattern : watch.agents) {
      bool known = false;
      for (const Agent& agent : agents_) {
        if (!config::agent_matches(pattern, agent.lmp, agent.name)) continue;
        known = any = true;
        recovers = recovers || agent.recovers;
      }
      if (!known)
        warn(watch, fmt::format("no installed LMP has an agent '{}'", pattern),
             base::did_you_mean(pattern, names_));
    }
    if (watch.recover && any && !recovers)
      warn(watch, "it asks for recoveries, but none of its agents has one",
           "lmp.conf(5) tells how an agent names its recovery");
  }

  std::vector<Fault> warnings;

 private:
  void warn(const config::Watch& watch, const std::string& what, std::string hint) {
    warnings.push_back({watch.position, fmt::format("watch '{}': {}", watch.name, what), std::move(hint)});
  }

  std::vector<Agent> agents_;
  std::vector<std::string> names_;
};

/// A watch about silence alone needs no agents.
bool is_about_agents(const config::Watch& watch) {
  return std::any_of(watch.on.begin(), watch.on.end(), [](const std::string& on) { return on != "silence"; });
}

}  // namespace

std::vector<Fault> idle_watches(const config::Cluster& cluster,
                                const std::vector<const metapackage::Lmp*>& lmps) {
  WatchProof proof(lmps);
  for (const config::Watch& watch : cluster.watches) {
    if (is_about_agents(watch)) proof.prove(watch);
  }
  return std::move(proof.warnings);
}

}  // namespace lucie::setup
