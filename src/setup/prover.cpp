#include "setup/prover.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/relations.hpp"
#include "setup/architectures.hpp"
#include "setup/known_modules.hpp"

namespace lucie::setup {
namespace {

using Names = std::vector<std::string>;

/// Runs the agents of LMPs: part of every node whose target Lucie has it for.
constexpr const char* agent_package = "lucie-agent";

std::string in_words(const std::vector<universe::Reason>& reasons) {
  Names words;
  for (const auto& reason : reasons) words.push_back(reason.text);
  return base::join(words, "; ");
}

Names pinned(const std::vector<universe::Package>& packages) {
  Names names;
  for (const auto& package : packages) names.push_back(package.name + "=" + package.version);
  return names;
}

std::vector<universe::Package> without(const std::vector<universe::Package>& packages,
                                       const std::vector<universe::Package>& base) {
  std::set<std::string> known;
  for (const auto& package : base) known.insert(package.name);
  std::vector<universe::Package> rest;
  for (const auto& package : packages) {
    if (!known.contains(package.name)) rest.push_back(package);
  }
  return rest;
}

}  // namespace

Names base_packages(const config::Installer& installer, universe::PackageFormat format) {
  if (format == universe::PackageFormat::rpm)
    return {"dnf", installer.kernel_package, "dracut", "iproute", "kmod", "systemd", "systemd-udev", "zstd"};
  return {"apt",
          installer.kernel_package,
          "initramfs-tools",
          "iproute2",
          "kmod",
          "systemd",
          "systemd-sysv",
          "udev",
          "zstd"};
}

/// What shipped modules need in the NFS root beyond what every one has.
Names packages_of_modules(const config::Installer& installer) {
  const auto& modules = installer.modules;
  if (std::find(modules.begin(), modules.end(), "remotelogin") == modules.end()) return {};
  return {"openssh-server"};
}

Names nfsroot_packages(const config::Installer& installer, const std::set<std::string>& asked) {
  std::set<std::string> names = {"apt",
                                 installer.kernel_package,
                                 "busybox-static",
                                 "dosfstools",
                                 "e2fsprogs",
                                 "fdisk",
                                 "iproute2",
                                 "kmod",
                                 "lucie-node",
                                 "mount",
                                 "procps",
                                 "psmisc",
                                 "tar",
                                 "udev",
                                 "util-linux",
                                 "zstd"};
  names.insert(installer.nfsroot_packages.begin(), installer.nfsroot_packages.end());
  const Names of_modules = packages_of_modules(installer);
  names.insert(of_modules.begin(), of_modules.end());
  names.insert(asked.begin(), asked.end());
  return {names.begin(), names.end()};
}

Names wanted_packages(const std::vector<metapackage::Lmp>& lmps, const Names& names,
                      const std::string& target, const metapackage::AnswersByLmp& answers) {
  std::set<std::string> wanted;
  for (const auto& lmp : lmps) {
    if (std::find(names.begin(), names.end(), lmp.name) == names.end()) continue;
    const auto asked = lmp.packages(target, answers.at(lmp.name));
    wanted.insert(asked.begin(), asked.end());
  }
  return {wanted.begin(), wanted.end()};
}

Prover::Prover(const base::Paths& paths, const Inputs& inputs, base::Reporter& reporter, bool whole)
    : paths_(paths), inputs_(inputs), reporter_(reporter), whole_(whole), compiled_(unlocked(inputs)) {}

universe::Universe& Prover::universe_of(const config::Installer& installer) {
  const std::string key = fmt::format("{} {} {} {}", installer.target, installer.architecture,
                                      base::join(installer.package_servers, ","),
                                      installer.lmp_root == "own" ? installer.name : "/");
  const auto known = universes_.find(key);
  if (known != universes_.end()) return known->second;
  std::vector<config::PackageServer> servers;
  for (const auto& server : inputs_.cluster.package_servers) {
    const auto& chosen = installer.package_servers;
    if (chosen.empty() || std::find(chosen.begin(), chosen.end(), server.name) != chosen.end()) {
      servers.push_back(server);
    }
  }
  universe::OpenOptions options;
  options.cache = paths_.cache;
  options.local_packages = paths_.node / installer.target;
  options.architecture = installer.architecture;
  auto origins = metapackage::package_origins(inputs_.lmps_of(installer), installer.target);
  options.additional = std::move(origins.servers);
  options.origins = std::move(origins.origins);
  return universes_.emplace(key, universe::open_universe(installer.target, servers, options, reporter_))
      .first->second;
}

universe::Universe& Prover::universe_of_target(const std::string& target) {
  for (const auto& installer : inputs_.cluster.installers) {
    if (installer.target == target) return universe_of(installer);
  }
  config::Installer any;
  any.target = target;
  any.architecture = "amd64";
  return universe_of(any);
}

bool Prover::prove_relations(const config::Installer& installer) {
  relations_ = metapackage::prove(
      inputs_.lmps_of(installer),
      [this](const std::string& target) -> universe::Universe& { return universe_of_target(target); });
  proof_.faults.insert(proof_.faults.end(), relations_.faults.begin(), relations_.faults.end());
  proof_.warnings.insert(proof_.warnings.end(), relations_.warnings.begin(), relations_.warnings.end());
  return relations_.faults.empty();
}

Names Prover::order(const config::Installer& installer, const Names& services,
                    const AnswerCase& answer_case) {
  std::vector<Fault> faults;
  const auto relations =
      metapackage::relations_that_hold(relations_.relations, installer.target, answer_case.answers);
  const Names ordered = metapackage::order_lmps(services, inputs_.lmps_of(installer), relations, faults);
  for (Fault& fault : faults) {
    if (!fault.where.known()) fault.where = inputs_.cluster.host(answer_case.hosts.front())->position;
    proof_.faults.push_back(std::move(fault));
  }
  return ordered;
}

std::vector<universe::Package> Prover::closure(const config::Installer& installer, const std::string& of,
                                               const Names& names, const Position& where) {
  auto verdict = universe_of(installer).solve(names);
  if (verdict.installable) return std::move(verdict.packages);
  proof_.faults.push_back(
      {where,
       fmt::format("{} cannot be installed on {}: {}", of, installer.target, in_words(verdict.reasons)),
       "change the services or the package lists of their LMPs"});
  return {};
}

void Prover::prove_modules(const config::Installer& installer, const AnswerCase& answer_case,
                           const Names& ordered) {
  std::vector<const metapackage::Lmp*> lmps;
  for (const auto& lmp : inputs_.lmps_of(installer)) {
    if (std::ranges::find(ordered, lmp.name) != ordered.end()) lmps.push_back(&lmp);
  }
  const Position& where = installer.position.known()
                              ? installer.position
                              : inputs_.cluster.host(answer_case.hosts.front())->position;
  check_modules(installer, lmps, paths_.etc / "modules.d", where, proof_.faults);
}

void Prover::prove_set(const config::Installer& installer, const config::Cluster::ServiceSet& set,
                       universe::LockedInstaller& locked) {
  for (const AnswerCase& answer_case : answer_cases(inputs_, set, relations_.relations)) {
    prove_case(installer, set.services, answer_case, locked);
  }
}

void Prover::prove_case(const config::Installer& installer, const Names& services,
                        const AnswerCase& answer_case, universe::LockedInstaller& locked) {
  const std::size_t before = proof_.faults.size();
  const auto& lmps = inputs_.lmps_of(installer);
  const Names ordered = order(installer, services, answer_case);
  check_answered(lmps, ordered, answer_case, inputs_.cluster, proof_.faults);
  check_architectures(lmps, ordered, installer, inputs_.cluster.host(answer_case.hosts.front())->position,
                      proof_.faults);
  if (proof_.faults.size() != before) return;
  prove_modules(installer, answer_case, ordered);
  const auto& answers = answer_case.answers;
  check_files(inputs_, compiled_, paths_, answer_case.hosts, ordered, proof_.faults);
  universe::LockedSet proved{.installer = installer.name, .services = ordered, .lmps = ordered};
  std::sort(proved.services.begin(), proved.services.end());
  proved.wanted = wanted_packages(lmps, ordered, installer.target, answers);
  proved.conditions = conditions_of(lmps, ordered, installer.target, relations_.relations, answers);
  const bool known = std::any_of(locked.sets.begin(), locked.sets.end(), [&](const auto& set) {
    return set.lmps == proved.lmps && set.conditions == proved.conditions;
  });
  if (known) return;  // their answers differ in what does not matter here
  ask_nfsroot(lmps, ordered, installer.target, answers);
  prove_closure(installer, services, answer_case, proved, locked.base);
  locked.sets.push_back(std::move(proved));
}

void Prover::prove_closure(const config::Installer& installer, const Names& services,
                           const AnswerCase& answer_case, universe::LockedSet& set,
                           const std::vector<universe::Package>& base) {
  const bool with_agent = universe_of(installer).offers(agent_package);
  if (set.wanted.empty() && !with_agent) return;
  Names together = pinned(base);
  together.insert(together.end(), set.wanted.begin(), set.wanted.end());
  if (with_agent) together.push_back(agent_package);
  std::string of = fmt::format("the service set {}", base::join(services, ", "));
  if (!set.conditions.empty()) of += fmt::format(" ({})", in_words(set.conditions));
  const auto& where = inputs_.cluster.host(answer_case.hosts.front())->position;
  set.packages = without(closure(installer, of, together, where), base);
}

void Prover::ask_nfsroot(const std::vector<metapackage::Lmp>& lmps, const Names& names,
                         const std::string& target, const metapackage::AnswersByLmp& answers) {
  for (const auto& lmp : lmps) {
    if (std::find(names.begin(), names.end(), lmp.name) == names.end()) continue;
    const auto asked = lmp.nfsroot_packages(target, answers.at(lmp.name));
    nfsroot_asked_.insert(asked.begin(), asked.end());
  }
}

void Prover::prove_nfsroot(const config::Installer& installer, universe::LockedInstaller& locked) {
  if (universe_of(installer).format() == universe::PackageFormat::rpm) {
    const Fault later{
        installer.position,
        fmt::format("installer '{}': nodes of {}, whose packages are rpms, cannot be installed yet",
                    installer.name, installer.target),
        "what they would get is proved all the same"};
    (whole_ ? proof_.faults : proof_.warnings).push_back(later);
    return;
  }
  if (!universe_of(installer).offers("lucie-node")) {
    const Fault missing{installer.position,
                        fmt::format("installer '{}': no package lucie-node for {} in {}", installer.name,
                                    installer.target, (paths_.node / installer.target).string()),
                        "the package lucie-server brings it"};
    (whole_ ? proof_.faults : proof_.warnings).push_back(missing);
    return;
  }
  const auto names = nfsroot_packages(installer, nfsroot_asked_);
  locked.nfsroot = closure(installer, fmt::format("the NFS root of installer '{}'", installer.name), names,
                           installer.position);
}

void Prover::prove_installer(const config::Installer& installer) {
  reporter_.progress(fmt::format("proving installer {}", installer.name), -1);
  universe::LockedInstaller locked;
  nfsroot_asked_.clear();
  locked.installer = installer.name;
  locked.target = installer.target;
  locked.identity = universe_of(installer).identity();
  locked.base = closure(installer, fmt::format("the base archive of installer '{}'", installer.name),
                        base_packages(installer, universe_of(installer).format()), installer.position);
  if (!prove_relations(installer) || locked.base.empty()) return;
  for (const auto& set : inputs_.cluster.service_sets()) {
    if (set.installer == installer.name) prove_set(installer, set, locked);
  }
  prove_nfsroot(installer, locked);
  proof_.service_sets += locked.sets.size();
  proof_.lock.installers.push_back(std::move(locked));
}

Proof Prover::prove() {
  std::set<std::string> used;
  for (const auto& set : inputs_.cluster.service_sets()) used.insert(set.installer);
  for (const auto& installer : inputs_.cluster.installers) {
    if (used.contains(installer.name)) prove_installer(installer);
  }
  sort_faults(proof_.faults);
  return std::move(proof_);
}

}  // namespace lucie::setup
