#include "setup/inputs.hpp"

#include <algorithm>
#include <set>

#include "setup/not_yet.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// Installed LMPs lie at the same place in every root.
constexpr const char* lmp_folder = "usr/share/lucie/lmp";

void append(std::vector<Fault>& to, const std::vector<Fault>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void read_lmps(const base::Paths& paths, Inputs& inputs) {
  inputs.lmps["/"] = metapackage::installed_lmps(paths.lmps, inputs.faults);
  const fs::path roots = own_root(paths, "");
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(roots, missing)) {
    if (!entry.is_directory() || entry.path().filename().string().starts_with('.')) continue;
    inputs.lmps[entry.path().filename()] =
        metapackage::installed_lmps(entry.path() / lmp_folder, inputs.faults);
  }
}

std::vector<std::string> known_services(const Inputs& inputs) {
  std::set<std::string> names;
  for (const auto& [root, lmps] : inputs.lmps) {
    for (const auto& lmp : lmps) names.insert(lmp.name);
  }
  return {names.begin(), names.end()};
}

void read_answer_files(const base::Paths& paths, Inputs& inputs) {
  inputs.answers = inputs.cluster.answers;
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(paths.etc / "lmp", missing)) {
    if (fs::exists(entry.path() / "answers.conf")) files.push_back(entry.path() / "answers.conf");
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const auto answers = config::read_answers(file, inputs.cluster, inputs.faults);
    inputs.answers.insert(inputs.answers.end(), answers.begin(), answers.end());
  }
}

}  // namespace

fs::path own_root(const base::Paths& paths, const std::string& installer) {
  return paths.state / "root" / installer;
}

const std::vector<metapackage::Lmp>& Inputs::lmps_of(const config::Installer& installer) const {
  static const std::vector<metapackage::Lmp> none;
  const auto found = lmps.find(installer.lmp_root == "own" ? installer.name : "/");
  return found == lmps.end() ? none : found->second;
}

Inputs read_inputs(const base::Paths& paths, const fs::path& definitions, bool look_up_names) {
  Inputs inputs;
  read_lmps(paths, inputs);
  auto read = config::read_cluster(definitions, {.own_target = config::own_target(),
                                                 .known_services = known_services(inputs),
                                                 .resolve_names = look_up_names});
  inputs.cluster = std::move(read.cluster);
  append(inputs.faults, read.faults);
  append(inputs.warnings, read.warnings);
  append(inputs.warnings, not_yet_done(inputs.cluster));
  if (read.faults.empty()) read_answer_files(paths, inputs);
  sort_faults(inputs.faults);
  return inputs;
}

config::Compiled unlocked(const Inputs& inputs) {
  config::Compiled compiled;
  compiled.cluster = inputs.cluster;
  compiled.answers = inputs.answers;
  return compiled;
}

void check_files(const Inputs& inputs, const config::Compiled& compiled, const base::Paths& paths,
                 const config::Cluster::ServiceSet& set, const std::vector<std::string>& lmps,
                 std::vector<Fault>& faults) {
  const config::Installer* installer = inputs.cluster.installer(set.installer);
  for (const auto& lmp : inputs.lmps_of(*installer)) {
    if (std::find(lmps.begin(), lmps.end(), lmp.name) == lmps.end()) continue;
    for (const std::string& host : set.hosts) {
      metapackage::expand_files(lmp, compiled, *inputs.cluster.host(host),
                                paths.etc / "lmp" / lmp.name / "files", faults);
    }
  }
}

}  // namespace lucie::setup
