#include "setup/compile.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "setup/prover.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

const universe::LockedInstaller* find_installer(const universe::Lock& lock, const std::string& name) {
  const auto found = std::find_if(lock.installers.begin(), lock.installers.end(),
                                  [&](const auto& locked) { return locked.installer == name; });
  return found == lock.installers.end() ? nullptr : &*found;
}

bool has_services(const universe::LockedSet& set, const std::vector<std::string>& services) {
  return std::includes(set.services.begin(), set.services.end(), services.begin(), services.end());
}

/// The smallest locked set that has all services, proved for such answers: relations may have added LMPs.
const universe::LockedSet* find_set(const universe::LockedInstaller& locked,
                                    const std::vector<std::string>& services,
                                    const metapackage::AnswersByLmp& answers) {
  const universe::LockedSet* best = nullptr;
  for (const auto& set : locked.sets) {
    if (!has_services(set, services) || !still_hold(set.conditions, answers)) continue;
    if (best == nullptr || set.services.size() < best->services.size()) best = &set;
  }
  return best;
}

metapackage::AnswersByLmp answers_of(const Inputs& inputs, const config::Compiled& compiled,
                                     const config::Host& host) {
  return metapackage::answers_in_force(inputs.lmps_of(*inputs.cluster.installer(host.installer)), compiled,
                                       host);
}

bool has_package(const std::vector<universe::Package>& packages, const std::string& name) {
  return std::any_of(packages.begin(), packages.end(),
                     [&](const auto& package) { return package.name == name; });
}

/// What is wrong with the lock for hosts with these answers; empty: nothing.
std::string why_not_locked(const Inputs& inputs, const universe::Lock& lock,
                           const config::Cluster::ServiceSet& set, const metapackage::AnswersByLmp& answers) {
  const config::Installer& installer = *inputs.cluster.installer(set.installer);
  const auto* locked = find_installer(lock, set.installer);
  if (locked == nullptr) return fmt::format("installer '{}' is not in the lock", set.installer);
  if (locked->target != installer.target) {
    return fmt::format("installer '{}' is locked for {}, not for {}", set.installer, locked->target,
                       installer.target);
  }
  if (!has_package(locked->base, installer.kernel_package)) {
    return fmt::format("kernel package '{}' of installer '{}' is not in the lock", installer.kernel_package,
                       set.installer);
  }
  const auto* locked_set = find_set(*locked, set.services, answers);
  if (locked_set == nullptr) {
    const bool other = std::any_of(locked->sets.begin(), locked->sets.end(),
                                   [&](const auto& each) { return has_services(each, set.services); });
    return fmt::format("the service set {} is not in the lock{}", base::join(set.services, ", "),
                       other ? " for these answers" : "");
  }
  const auto wanted = wanted_packages(inputs.lmps_of(installer), locked_set->lmps, installer.target, answers);
  if (locked_set->wanted != wanted) {
    return fmt::format("the LMPs of the service set {} ask for other packages than were locked",
                       base::join(set.services, ", "));
  }
  return {};
}

/// The hosts of each locked set.
std::map<const universe::LockedSet*, std::vector<std::string>> hosts_of_sets(
    const Inputs& inputs, const config::Compiled& compiled, const universe::LockedInstaller& locked) {
  std::map<const universe::LockedSet*, std::vector<std::string>> hosts;
  for (const config::Host& host : inputs.cluster.hosts) {
    if (host.installer != locked.installer) continue;
    hosts[find_set(locked, host.services, answers_of(inputs, compiled, host))].push_back(host.name);
  }
  return hosts;
}

void add_sets(config::Compiled& compiled, const Inputs& inputs, const universe::LockedInstaller& locked) {
  auto hosts = hosts_of_sets(inputs, compiled, locked);
  for (const auto& set : locked.sets) {
    if (!hosts.contains(&set)) continue;
    config::CompiledServiceSet compiled_set;
    compiled_set.installer = locked.installer;
    compiled_set.services = set.services;
    compiled_set.lmps = set.lmps;
    compiled_set.wanted = set.wanted;
    compiled_set.hosts = std::move(hosts.at(&set));
    for (const auto& package : set.packages) {
      compiled_set.packages.push_back({package.name, package.version, package.architecture});
    }
    compiled.service_sets.push_back(std::move(compiled_set));
  }
}

void add_image(config::Compiled& compiled, const universe::LockedInstaller& locked) {
  config::CompiledImage image;
  image.installer = locked.installer;
  image.target = locked.target;
  image.suite = "lucie";
  image.nfsroot = fs::path("nfsroot") / locked.installer;
  image.kernel = fs::path("boot") / locked.installer / "vmlinuz";
  image.initrd = fs::path("boot") / locked.installer / "initrd.img";
  image.base_archive = fs::path("base") / (locked.installer + ".tar.zst");
  image.pool = fs::path("pool") / locked.target;
  compiled.images.push_back(std::move(image));
}

void add_lmps(config::Compiled& compiled, const Inputs& inputs, const universe::LockedInstaller& locked) {
  std::set<std::string> used;
  for (const auto& set : locked.sets) used.insert(set.lmps.begin(), set.lmps.end());
  for (const auto& lmp : inputs.lmps_of(*inputs.cluster.installer(locked.installer))) {
    if (!used.contains(lmp.name)) continue;
    compiled.lmps[lmp.name] = {lmp.name, lmp.version, fs::path("lmp") / base::tree_hash(lmp.tree)};
  }
}

}  // namespace

universe::Lock load_lock(const base::Paths& paths) {
  const fs::path file = paths.state / "lock.json";
  if (!fs::exists(file)) {
    Error error(fmt::format("nothing is locked yet: {} does not exist", file.string()));
    throw error.hint("run 'lucie-setup lock'");
  }
  return universe::lock_from_json(base::read_file(file));
}

std::vector<Fault> not_locked(const Inputs& inputs, const universe::Lock& lock) {
  std::vector<Fault> faults;
  const config::Compiled compiled = unlocked(inputs);
  for (const auto& set : inputs.cluster.service_sets()) {
    std::set<std::string> told;
    for (const std::string& name : set.hosts) {
      const config::Host& host = *inputs.cluster.host(name);
      const std::string why = why_not_locked(inputs, lock, set, answers_of(inputs, compiled, host));
      if (why.empty() || !told.insert(why).second) continue;
      faults.push_back({host.position, why, "run 'lucie-setup lock' to lock anew"});
    }
  }
  sort_faults(faults);
  return faults;
}

config::Compiled compile(const Inputs& inputs, const universe::Lock& lock,
                         const std::vector<ServedNetwork>& served) {
  config::Compiled compiled = unlocked(inputs);
  compiled.lock = lock.hash();
  for (config::LucieGroup& group : compiled.cluster.lucie_groups) {
    for (const auto& network : served) {
      if (network.group == group.name) group.lucie_address = network.address;
    }
  }
  for (const auto& locked : lock.installers) {
    if (inputs.cluster.installer(locked.installer) == nullptr) continue;
    add_sets(compiled, inputs, locked);
    add_image(compiled, locked);
    add_lmps(compiled, inputs, locked);
  }
  return compiled;
}

}  // namespace lucie::setup
