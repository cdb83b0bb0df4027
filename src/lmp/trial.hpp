#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/paths.hpp"
#include "base/reporter.hpp"

namespace lucie::lmp {

/// An agent of an LMP on the node, and what it found.
struct AgentVerdict {
  std::string lmp, agent;
  int status = 0;    ///< 0 fine, 1 warning, 2 and above failure (lmp.conf(5), AGENTS)
  std::string text;  ///< what it printed
};

struct TrialOptions {
  std::vector<std::string> services;   ///< the LMPs that the node gets, those they need among them
  std::filesystem::path lmp_packages;  ///< folder with their debs
  std::filesystem::path own_packages;  ///< folder with Lucie's debs; empty: apt-get fetches them
  bool machine = false;                ///< a machine in QEMU rather than a node made of namespaces
  std::string time_limit = "15m";      ///< of the installation
  std::function<bool()> cancelled;
};

/// One node of a lab of its own (lucie-lab(1)), installed with LMPs as any node is. It is gone when the
/// object is, or when this process ends in whatever way.
class Trial {
 public:
  /// Makes the lab's server and installs the node. Throws EnvironmentError when the lab cannot be made,
  /// lucie::Error with the end of the node's log when the installation fails.
  Trial(TrialOptions options, base::Reporter& reporter);
  ~Trial();

  /// Runs an agent there. What is started at boot may need a moment: a failure counts when it lasts.
  AgentVerdict run_agent(const std::string& lmp, const std::string& agent);

 private:
  struct Lab;

  void lock_packages(const std::filesystem::path& own_packages);
  void make_lab(const std::filesystem::path& own_packages);
  void install_node();
  /// Its exit status and what it said; 2 when it did not run at all.
  std::pair<int, std::string> on_node(const std::string& command);
  std::string in_server(const std::vector<std::string>& words, std::string input = {});

  TrialOptions options_;
  base::Reporter& reporter_;
  std::unique_ptr<Lab> lab_;
};

}  // namespace lucie::lmp
