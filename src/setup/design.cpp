#include "setup/design.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "setup/compile.hpp"
#include "setup/dhcp.hpp"
#include "setup/nfs.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// nfs-kernel-server, where it is installed and systemd can start it; else nfs-ganesha.
bool has_kernel_nfs() {
  return fs::is_directory("/run/systemd/system") && !base::find_in_path("exportfs").empty() &&
         !base::find_in_path("rpc.nfsd").empty();
}

void add_files(Design& design, const base::Paths& paths) {
  const auto& cluster = design.compiled.cluster;
  std::vector<std::string> installers;
  for (const auto& image : design.compiled.images) installers.push_back(image.installer);
  design.files = {{paths.state / "dhcp/dnsmasq.conf",
                   dnsmasq_configuration(cluster, design.served, paths.templates, paths.state), "lucie-dhcp"},
                  {paths.state / "dhcp/hosts", dnsmasq_hosts(cluster, design.served), "lucie-dhcp", true}};
  if (design.kernel_nfs) {
    design.files.push_back({paths.etc.parent_path() / "exports.d/lucie.exports",
                            kernel_exports(installers, design.served, paths.templates, paths.state),
                            "nfs-kernel-server", true});
  } else {
    design.files.push_back({paths.state / "nfs/ganesha.conf",
                            ganesha_configuration(installers, design.served, paths.templates, paths.state),
                            "lucie-nfs"});
  }
}

void add_images(Design& design) {
  for (const auto& locked : design.lock.installers) {
    const auto* installer = design.compiled.cluster.installer(locked.installer);
    if (installer == nullptr) continue;
    using Kind = ImageRecipe::Kind;
    InstallerImages images{{Kind::base, locked.installer, installer->architecture, locked.base},
                           {Kind::nfsroot, locked.installer, installer->architecture, {}},
                           {}};
    for (const auto& package : locked.nfsroot) {
      const bool local = fs::path(package.file).is_absolute();
      (local ? images.local : images.nfsroot.packages).push_back(package);
    }
    design.images[locked.installer] = std::move(images);
  }
}

Design finish(Design design, const base::Paths& paths) {
  design.kernel_nfs = has_kernel_nfs();
  add_files(design, paths);
  add_images(design);
  return design;
}

std::vector<ServedNetwork> find_networks(const config::Cluster& cluster, std::vector<Fault>& warnings) {
  auto served = served_networks(cluster, own_addresses(), warnings);
  if (!served.empty()) return served;
  EnvironmentError error("this machine has no address in the network of any lucie group");
  throw error.hint(warnings.empty() ? "define a lucie_group" : warnings.front().message);
}

}  // namespace

Design design_from_inputs(const base::Paths& paths, const Inputs& inputs, const universe::Lock& lock) {
  auto faults = inputs.faults.empty() ? not_locked(inputs, lock) : inputs.faults;
  if (!faults.empty()) throw FaultsError(std::move(faults));
  Design design;
  design.lock = lock;
  design.warnings = inputs.warnings;
  design.served = find_networks(inputs.cluster, design.warnings);
  design.compiled = compile(inputs, lock, design.served);
  for (const auto& set : design.compiled.service_sets) {
    check_files(inputs, design.compiled, paths, set.hosts, set.lmps, faults);
  }
  if (!faults.empty()) throw FaultsError(std::move(faults));
  for (const auto& installer : inputs.cluster.installers) {
    for (const auto& lmp : inputs.lmps_of(installer)) {
      const auto compiled = design.compiled.lmps.find(lmp.name);
      if (compiled != design.compiled.lmps.end()) design.lmp_trees[compiled->second.tree] = lmp.tree;
    }
  }
  return finish(std::move(design), paths);
}

Design design_from_compiled(const base::Paths& paths, const config::Compiled& compiled,
                            const universe::Lock& lock) {
  Design design;
  design.lock = lock;
  design.compiled = compiled;
  design.served = find_networks(compiled.cluster, design.warnings);
  return finish(std::move(design), paths);
}

std::string InstallerImages::nfsroot_key(const fs::path& templates) const {
  return base::sha256_hex(nfsroot.key(templates) + packages_key(local));
}

Deployed load_deployed(const base::Paths& paths) {
  const fs::path file = paths.state / "deployed.json";
  if (!fs::exists(file)) return {};
  const auto record = nlohmann::json::parse(base::read_file(file), nullptr, false);
  Deployed deployed;
  if (!record.is_object() || record.value("version", 0) != 1) return deployed;
  deployed.images = record.value("images", deployed.images);
  deployed.pools = record.value("pools", deployed.pools);
  deployed.initrd = record.value("initrd", "");
  return deployed;
}

void store_deployed(const base::Paths& paths, const Deployed& deployed) {
  const nlohmann::json record = {
      {"version", 1}, {"images", deployed.images}, {"pools", deployed.pools}, {"initrd", deployed.initrd}};
  base::write_file(paths.state / "deployed.json", record.dump(2) + "\n");
}

std::string initrd_key(const fs::path& templates) {
  base::Sha256 digest;
  for (const char* part : {"init", "modules", "udhcpc"}) {
    digest.add(base::read_file(templates / "initrd" / part) + '\0');
  }
  return digest.finish_hex();
}

std::string packages_key(const std::vector<universe::Package>& packages) {
  std::vector<std::string> lines;
  for (const auto& package : packages) lines.push_back(package.name + " " + package.sha256);
  std::sort(lines.begin(), lines.end());
  return base::sha256_hex(base::join(lines, "\n"));
}

}  // namespace lucie::setup
