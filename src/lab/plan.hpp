#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/cluster.hpp"

namespace lucie::lab {

/// One node: a machine in QEMU, or one made of namespaces.
struct Machine {
  std::string name;
  std::string mac_address;       ///< lowercase with colons
  std::uint64_t memory = 0;      ///< bytes
  std::uint64_t disk_size = 0;   ///< bytes
  std::string firmware;          ///< bios or uefi
  std::string kind = "machine";  ///< machine or namespace

  bool is_namespace() const { return kind == "namespace"; }
};

/// Everything that the lab's first process needs to make the lab, decided before it starts.
struct Plan {
  std::filesystem::path state;  ///< folder of this lab: lock, logs, consoles, mount point
  std::filesystem::path root;   ///< the clean root, read-only below the server's view
  std::filesystem::path cache;  ///< LUCIE_CACHE, bound into the server
  std::string host_name;        ///< the server's, without its domain
  std::string address;          ///< the server's on the bridge
  int prefix = 24;              ///< bits of the network
  std::map<std::string, std::vector<std::string>> names;  ///< /etc/hosts: address to names
  std::vector<Machine> machines;

  const Machine* machine(const std::string& name) const;
  std::size_t namespace_nodes() const;
  /// Its place among the machines; names of network devices are made from it.
  std::size_t number_of(const Machine& machine) const;
  /// Where the server's root is mounted, in the lab's own mount namespace.
  std::filesystem::path server_root() const { return mount_point() / "root"; }
  std::filesystem::path mount_point() const { return state / "mount"; }
  std::filesystem::path disk(const std::string& machine_name) const {
    return mount_point() / "disks" / (machine_name + ".img");
  }
  /// What a node made of namespaces keeps beside its disk, in the lab's own mount namespace.
  std::filesystem::path node_folder(const std::string& machine_name) const {
    return mount_point() / "nodes" / machine_name;
  }
  /// What UEFI firmware keeps when the machine is off.
  std::filesystem::path firmware_variables(const std::string& machine_name) const {
    return mount_point() / "disks" / (machine_name + ".vars");
  }
  std::filesystem::path console_log(const std::string& machine_name) const {
    return state / "log" / (machine_name + ".console");
  }
  std::filesystem::path console_socket(const std::string& machine_name) const {
    return state / "console" / machine_name;
  }
};

/// Throws lucie::Error with the nearest name when the lab has no such node.
const Machine& require_machine(const Plan& plan, const std::string& name);

std::string to_json(const Plan& plan);
Plan plan_from_json(const std::string& text);

/// The plan for a cluster: server names and address from its only lucie group, machines from the `lab` blocks
/// (hosts without one get the defaults). Throws lucie::Error when the lab cannot make such a cluster: several
/// lucie groups, no address for the server, a kind that it cannot make, no MAC address.
Plan plan_of(const config::Cluster& cluster);

}  // namespace lucie::lab
