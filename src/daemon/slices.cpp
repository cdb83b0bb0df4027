#include "daemon/slices.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::daemon {
namespace {

template <typename Part>
const Part& need(const Part* part, const std::string& kind, const std::string& name,
                 const config::Host& host) {
  if (part != nullptr) return *part;
  throw Error(fmt::format("host '{}': {} '{}' is not in the compiled cluster", host.name, kind, name))
      .hint("run lucie-setup apply");
}

void add_network(wire::Slice& slice, const config::Host& host, const config::LucieGroup& group) {
  slice.host = host.name;
  slice.mac_address = host.mac_address;
  slice.address = host.address;
  slice.domain = group.domain_name;
  slice.netmask = group.subnet;
  slice.gateway = group.gateway;
  slice.dns = group.dns;
  slice.ntp = group.ntp;
  slice.lucie_group = group.name;
}

void add_installer(wire::Slice& slice, const config::Installer& installer) {
  slice.installer = installer.name;
  slice.architecture = installer.architecture;
  slice.modules = installer.modules;
  slice.root_password_hash = installer.root_password_hash;
  slice.ssh_authorized_keys = installer.ssh_authorized_keys;
  slice.kernel_options = installer.kernel_options;
  for (const auto& [module, limit] : installer.timeouts)
    slice.timeouts[module] = static_cast<int>(limit.count());
  slice.retries = installer.retries;
}

void add_disk(wire::Slice& slice, const config::DiskLayout& layout) {
  slice.disk = layout.disk;
  slice.label = layout.label;
  for (const config::Partition& partition : layout.partitions) {
    slice.partitions.push_back({.mount_point = partition.mount_point,
                                .file_system = partition.file_system,
                                .least = partition.least,
                                .most = partition.most.value_or(0),
                                .options = partition.options});
  }
}

void add_image(wire::Slice& slice, const config::CompiledImage& image, const std::string& url) {
  slice.target = image.target;
  slice.base_url = fmt::format("{}/base/{}.tar.zst", url, image.installer);
  slice.base_sha256 = image.base_sha256;
  slice.base_size = image.base_size;
  slice.repository_url = fmt::format("{}/pool/{}", url, image.target);
  slice.repository_suite = image.suite;
}

void add_services(wire::Slice& slice, const Snapshot& snapshot, const config::Host& host,
                  const std::string& url) {
  const auto& set =
      need(snapshot.compiled().set_of(host), "the service set of installer", host.installer, host);
  for (const config::LockedPackage& package : set.packages)
    slice.packages.push_back(package.name + "=" + package.version);
  for (const metapackage::Lmp* lmp : snapshot.lmps(host)) {
    for (const auto& script : lmp->scripts) {
      const std::string name = script.filename().string();
      slice.scripts.push_back({.lmp = lmp->name, .name = name, .path = lmp->name + "/" + name});
    }
    const auto answers = metapackage::answers_in_force(*lmp, snapshot.compiled(), host);
    if (!answers.empty()) slice.answers[lmp->name] = answers;
  }
  slice.host_keys_url = fmt::format("{}/v1/nodes/{}/host-keys.tar", url, host.name);
  slice.overlay_url = fmt::format("{}/v1/nodes/{}/overlay.tar", url, host.name);
  slice.scripts_url = fmt::format("{}/v1/nodes/{}/scripts.tar", url, host.name);
}

}  // namespace

wire::Slice make_slice(const Snapshot& snapshot, const config::Host& host, const std::string& installer,
                       const Endpoint& endpoint, base::SystemTime now) {
  const config::Cluster& cluster = snapshot.cluster();
  wire::Slice slice;
  add_network(slice, host,
              need(cluster.lucie_group(host.lucie_group), "lucie group", host.lucie_group, host));
  add_installer(slice, need(cluster.installer(installer), "installer", installer, host));
  add_disk(slice, need(cluster.disk_layout(host.disk_layout), "disk layout", host.disk_layout, host));
  add_image(slice, need(snapshot.image(host, installer), "the NFS root of installer", installer, host),
            endpoint.url());
  add_services(slice, snapshot, host, endpoint.url());
  slice.environment = {
      {"LUCIE_HOST", host.name}, {"LUCIE_GROUP", host.lucie_group}, {"LUCIE_INSTALLER", installer}};
  slice.server_time = base::format_time(now);
  return slice;
}

}  // namespace lucie::daemon
