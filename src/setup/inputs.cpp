#include "setup/inputs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/names.hpp"
#include "metapackage/answers.hpp"
#include "setup/datasets.hpp"
#include "setup/not_yet.hpp"
#include "setup/watches.hpp"

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

std::vector<const metapackage::Lmp*> all_lmps(const Inputs& inputs) {
  std::vector<const metapackage::Lmp*> all;
  for (const auto& [root, lmps] : inputs.lmps) {
    for (const auto& lmp : lmps) all.push_back(&lmp);
  }
  return all;
}

/// The answers below one root's /etc/lucie/lmp, each file about the LMP that its folder is named after.
void read_answer_files(const fs::path& folder, const std::string& root, Inputs& inputs) {
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    if (fs::exists(entry.path() / "answers.conf")) files.push_back(entry.path() / "answers.conf");
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    for (config::Answers& block : config::read_answers(file, inputs.cluster, inputs.faults)) {
      const std::string lmp = file.parent_path().filename();
      if (block.lmp != lmp) {
        inputs.faults.push_back(
            {block.position, fmt::format("answers of LMP '{}' in the file of LMP '{}'", block.lmp, lmp),
             fmt::format("move them to {}", (folder / block.lmp / "answers.conf").string())});
      }
      block.root = root;
      inputs.answers.push_back(std::move(block));
    }
  }
}

void read_answers(const base::Paths& paths, Inputs& inputs) {
  read_answer_files(paths.etc / "lmp", "/", inputs);
  for (const auto& [root, lmps] : inputs.lmps) {
    if (root != "/") read_answer_files(own_root(paths, root) / "etc/lucie/lmp", root, inputs);
  }
  inputs.answers.insert(inputs.answers.end(), inputs.cluster.answers.begin(), inputs.cluster.answers.end());
  for (const auto& [root, lmps] : inputs.lmps) {
    metapackage::check_answers(inputs.answers, lmps, root, inputs.faults);
  }
}

/// Answers of the definitions that nobody will read; those of a file may be left from a package that is gone.
void warn_of_unknown_lmps(const std::vector<std::string>& known, Inputs& inputs) {
  for (const config::Answers& block : inputs.cluster.answers) {
    if (std::find(known.begin(), known.end(), block.lmp) != known.end()) continue;
    const std::string meant = base::did_you_mean(block.lmp, known);
    inputs.warnings.push_back(
        {block.position, fmt::format("answers for LMP '{}', which is not installed", block.lmp),
         meant.empty() ? fmt::format("install the package 'lmp-{}'", block.lmp) : meant});
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

Inputs read_inputs(const base::Paths& paths, const fs::path& definitions, bool on_server) {
  Inputs inputs;
  read_lmps(paths, inputs);
  auto read = config::read_cluster(definitions, {.own_target = config::own_target(),
                                                 .known_services = known_services(inputs),
                                                 .resolve_names = on_server});
  inputs.cluster = std::move(read.cluster);
  append(inputs.faults, read.faults);
  append(inputs.warnings, read.warnings);
  append(inputs.warnings, not_yet_done(inputs.cluster));
  append(inputs.warnings, idle_watches(inputs.cluster, all_lmps(inputs)));
  if (read.faults.empty()) read_answers(paths, inputs);
  warn_of_unknown_lmps(known_services(inputs), inputs);
  if (on_server) check_datasets(inputs.cluster, paths.cache, inputs.faults);
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
                 const std::vector<std::string>& hosts, const std::vector<std::string>& lmps,
                 std::vector<Fault>& faults) {
  const auto& installer = *inputs.cluster.installer(inputs.cluster.host(hosts.front())->installer);
  for (const auto& lmp : inputs.lmps_of(installer)) {
    if (std::find(lmps.begin(), lmps.end(), lmp.name) == lmps.end()) continue;
    for (const std::string& host : hosts) {
      metapackage::expand_files(lmp, compiled, *inputs.cluster.host(host),
                                paths.etc / "lmp" / lmp.name / "files", faults);
    }
  }
}

}  // namespace lucie::setup
