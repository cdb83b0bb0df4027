#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/compiled.hpp"

namespace nlohmann {

template <>
struct adl_serializer<std::chrono::seconds> {
  static void to_json(json& out, const std::chrono::seconds& seconds) { out = seconds.count(); }
  static void from_json(const json& in, std::chrono::seconds& seconds) {
    seconds = std::chrono::seconds(in.get<std::int64_t>());
  }
};

template <typename Value>
struct adl_serializer<std::optional<Value>> {
  static void to_json(json& out, const std::optional<Value>& value) {
    if (value) out = *value;
  }
  static void from_json(const json& in, std::optional<Value>& value) {
    value = in.is_null() ? std::nullopt : std::optional<Value>(in.get<Value>());
  }
};

}  // namespace nlohmann

namespace lucie::config {

// Positions are left out: what is compiled does not depend on where it was written.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Host, name, alias, address, mac_address, lucie_group, installer,
                                   disk_layout, services, groups, bmc_address, bmc_kind, protected_host,
                                   custom)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Interface, host, name, kind, address, mac_address, subnet, members,
                                   vlan_id, mtu, ring, boot)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostGroup, name, alias, hosts, custom)
// What a later Lucie added may be missing in a cluster that an earlier one compiled.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LucieGroup, name, domain_name, nis_domain_name, gateway,
                                                subnet, network, dns, ntp, lucie_server, dhcp_server,
                                                tftp_server, nfs_server, http_server, lucie_address,
                                                dhcp_backend, dhcp_relay, boot, discovery, agent_address,
                                                agent_interval)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Installer, name, target, architecture, modules, lmp_root, nfsroot_packages,
                                   kernel_package, kernel_options, root_password_hash, ssh_authorized_keys,
                                   package_servers, mode, timeouts, retries)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Partition, mount_point, least, most, file_system, options)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DiskLayout, name, disk, label, partitions, raid, lvm, fai_disk_config)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PackageServer, name, target, kind, uris, suite, components, signed_by,
                                   trusted, priority)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Dataset, name, source, destination, sha256, interface, members, unpack,
                                   encrypt, ring_wait)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Answers, lmp, members, values, root)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Lab, name, kind, firmware, memory, disk_size, hosts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Watch, name, members, agents, on, after, recover, command, mail, repeat)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Cluster, hosts, interfaces, host_groups, lucie_groups,
                                                installers, disk_layouts, package_servers, datasets, answers,
                                                labs, watches)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CompiledLmp, name, version, tree)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LockedPackage, name, version, architecture)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CompiledServiceSet, installer, services, lmps, packages,
                                                wanted, hosts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CompiledImage, installer, target, suite, nfsroot, kernel, initrd,
                                   base_archive, base_sha256, base_size, pool)

namespace {
constexpr int format_version = 1;  ///< of the JSON record, not of the cluster
}

std::string to_json(const Compiled& compiled) {
  nlohmann::ordered_json record = {{"version", format_version},
                                   {"number", compiled.version},
                                   {"made", compiled.made},
                                   {"lock", compiled.lock}};
  record["cluster"] = nlohmann::json(compiled.cluster);
  record["lmps"] = nlohmann::json(compiled.lmps);
  record["service_sets"] = nlohmann::json(compiled.service_sets);
  record["images"] = nlohmann::json(compiled.images);
  record["answers"] = nlohmann::json(compiled.answers);
  return record.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Compiled compiled_from_json(const std::string& text) {
  try {
    const auto record = nlohmann::json::parse(text);
    if (const int version = record.at("version").get<int>(); version != format_version) {
      throw Error(fmt::format("compiled cluster of format {}, but this program knows format {}", version,
                              format_version));
    }
    Compiled compiled;
    record.at("number").get_to(compiled.version);
    record.at("made").get_to(compiled.made);
    record.at("lock").get_to(compiled.lock);
    record.at("cluster").get_to(compiled.cluster);
    record.at("lmps").get_to(compiled.lmps);
    record.at("service_sets").get_to(compiled.service_sets);
    record.at("images").get_to(compiled.images);
    record.at("answers").get_to(compiled.answers);
    return compiled;
  } catch (const nlohmann::json::exception& problem) {
    throw Error(fmt::format("this is no compiled cluster: {}", problem.what()));
  }
}

}  // namespace lucie::config
