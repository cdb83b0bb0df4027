#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "config/cluster.hpp"
#include "config/compiled.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::setup {

/// All that an administrator gave: definitions, answers, and the LMPs that are installed.
struct Inputs {
  config::Cluster cluster;
  /// Those of ETC/lmp/NAME/answers.conf and of the same file in each root of its own, then those of the
  /// definitions, which win.
  std::vector<config::Answers> answers;
  /// The LMPs of the server itself (under "/") and of each installer with a root of its own (under its name).
  std::map<std::string, std::vector<metapackage::Lmp>> lmps;
  std::vector<Fault> faults, warnings;  ///< with faults, the rest must not be used

  /// The LMPs that an installer sees.
  const std::vector<metapackage::Lmp>& lmps_of(const config::Installer& installer) const;
};

/// Where an installer's own root lies (`lmp_root own`).
std::filesystem::path own_root(const base::Paths& paths, const std::string& installer);

/// Reads all of it; faults are collected. Throws EnvironmentError when the definitions cannot be read.
/// `on_server`: this is the machine that will serve, so that what only it knows is looked at, too: the names
/// of servers (an unknown one is a warning) and the sources of datasets.
Inputs read_inputs(const base::Paths& paths, const std::filesystem::path& definitions, bool on_server = true);

/// A cluster for expanding templates before anything is locked: definitions and answers alone.
config::Compiled unlocked(const Inputs& inputs);

/// Expands the templates of some LMPs for hosts of one installer and appends what is wrong.
void check_files(const Inputs& inputs, const config::Compiled& compiled, const base::Paths& paths,
                 const std::vector<std::string>& hosts, const std::vector<std::string>& lmps,
                 std::vector<Fault>& faults);

}  // namespace lucie::setup
