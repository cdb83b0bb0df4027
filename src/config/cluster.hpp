#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

/// The cluster as the definitions mean it: templates inherited, groups joined, ranges expanded, defaults
/// filled in, references resolved. Everything downstream reads this and nothing reads the text again.
namespace lucie::config {

using CustomAttributes = std::map<std::string, std::string>;  ///< keys with their leading `_`

struct Host {
  std::string name, alias;
  std::string address;      ///< IPv4 dotted quad
  std::string mac_address;  ///< lowercase, colons; empty: found by discovery
  std::string lucie_group, installer, disk_layout;
  std::vector<std::string> services;  ///< sorted, each once: the host's service set
  std::vector<std::string> groups;    ///< host groups it is a member of, in definition order
  std::string bmc_address, bmc_kind;
  bool protected_host = false;
  CustomAttributes custom;
  std::string ssh_host_key;  ///< "ssh-ed25519 AAAA…", public; no definition: only lucied knows it
  Position position;
};

struct Interface {
  std::string host, name, kind, address, mac_address;
  std::string subnet;  ///< mask as a dotted quad; empty: that of the host's lucie group
  std::vector<std::string> members;
  int vlan_id = 0, mtu = 0;
  bool ring = false, boot = false;
  Position position;
};

struct HostGroup {
  std::string name, alias;
  std::vector<std::string> hosts;  ///< all members, nested groups and ranges expanded, in order
  CustomAttributes custom;
  Position position;
};

/// A set of Lucie servers and the network they serve. Server names default to `lucie_server`.
struct LucieGroup {
  std::string name, domain_name, nis_domain_name;
  std::string gateway, subnet;   ///< subnet: the mask as a dotted quad
  std::string network;           ///< network address, from gateway/addresses and mask
  std::vector<std::string> dns;  ///< dns1 … dns3, those that are set
  std::vector<std::string> ntp;
  std::string lucie_server, dhcp_server, tftp_server, nfs_server, http_server;
  std::string lucie_address;  ///< the Lucie server's address in this network; empty: found when applied
  std::string dhcp_backend = "dnsmasq", dhcp_relay, boot = "ipxe";
  bool discovery = false;
  std::string agent_address = "239.192.76.67";  ///< multicast group of the nodes' agents
  std::chrono::seconds agent_interval = std::chrono::minutes(5);
  Position position;
};

struct Installer {
  std::string name, target, architecture;
  std::vector<std::string> modules;
  std::string lmp_root = "/";  ///< "/" or "own"
  std::vector<std::string> nfsroot_packages;
  std::string kernel_package, kernel_options;
  std::string root_password_hash;  ///< crypt(3) form; empty: root has no password login
  std::vector<std::string> ssh_authorized_keys;
  std::vector<std::string> package_servers;
  std::string mode = "packages";                         ///< packages or image
  std::map<std::string, std::chrono::seconds> timeouts;  ///< by module
  std::map<std::string, int> retries;                    ///< by module
  Position position;
};

/// One line `partition MOUNT SIZE FILESYSTEM [OPTIONS]`. SIZE is `512M`, `10G-50G`, `1G-` (at least; takes
/// what is left).
struct Partition {
  std::string mount_point;            ///< "/", "/var", "swap", "-" (not mounted)
  std::uint64_t least = 0;            ///< bytes
  std::optional<std::uint64_t> most;  ///< bytes; nothing: no upper limit
  std::string file_system;            ///< ext4, xfs, btrfs, vfat, swap, none, biosboot
  std::vector<std::string> options;   ///< mount options
  Position position;
};

struct DiskLayout {
  std::string name;
  std::string disk;   ///< /dev/…, or "first" (the smallest-numbered disk that is not removable)
  std::string label;  ///< "gpt" or "msdos"
  std::vector<Partition> partitions;
  std::vector<std::string> raid, lvm;  ///< lines as they stand
  std::string fai_disk_config;
  Position position;
};

struct PackageServer {
  std::string name, target, kind;  ///< kind: apt, rpm-md, lmp
  std::vector<std::string> uris;   ///< `uri` and then `mirrors`
  std::string suite;
  std::vector<std::string> components;
  std::string signed_by;  ///< keyring file
  bool trusted = false;
  int priority = 500;
  Position position;
};

struct Dataset {
  std::string name, source, destination, sha256, interface;
  std::vector<std::string> members;  ///< hosts
  bool unpack = false, encrypt = false;
  std::chrono::seconds ring_wait{60};  ///< how long nodes that are ready wait for the others
  Position position;
};

/// Answers of an LMP's front end; `members` empty: the default for all hosts.
struct Answers {
  std::string lmp;
  std::vector<std::string> members;
  std::map<std::string, std::string> values;
  /// Where the LMP is installed that they are for: "/" (the server itself) or the installer with a root of
  /// its own; empty: wherever (blocks of the definitions).
  std::string root;
  Position position;
  std::map<std::string, Position> places;  ///< of each value
};

/// The environment variable that scripts get an answer in: LUCIE_ANSWER_ and the question's name, other
/// letters than A-Z, a-z and 0-9 as `_`.
std::string answer_variable(const std::string& question);
/// A rule about what agents find: what lucied does, beside recording it.
struct Watch {
  std::string name;
  std::vector<std::string> members;  ///< hosts
  std::vector<std::string> agents;   ///< patterns LMP/AGENT, as fnmatch(3) reads them
  std::vector<std::string> on;       ///< of warning, failure, silence
  int after = 1;                     ///< times in a row
  bool recover = false;
  std::string command;            ///< for sh(1); empty: none
  std::vector<std::string> mail;  ///< addresses
  std::chrono::seconds repeat = std::chrono::hours(1);
  Position position;
};

/// How lucie-lab makes these nodes.
struct Lab {
  std::string name, kind = "machine", firmware = "bios";
  std::uint64_t memory = 0, disk_size = 0;  ///< bytes
  std::vector<std::string> hosts;
  Position position;
};

struct Cluster {
  std::vector<Host> hosts;  ///< in definition order
  std::vector<Interface> interfaces;
  std::vector<HostGroup> host_groups;
  std::vector<LucieGroup> lucie_groups;
  std::vector<Installer> installers;  ///< `full`, `repair` and `data` are there also when nobody defined them
  std::vector<DiskLayout> disk_layouts;
  std::vector<PackageServer> package_servers;
  std::vector<Dataset> datasets;
  std::vector<Answers> answers;  ///< of the cluster's files only; /etc/lucie/lmp/*/answers.conf is read apart
  std::vector<Lab> labs;
  std::vector<Watch> watches;

  // Lookups by name; null when there is none.
  const Host* host(const std::string& name) const;
  const Host* host_by_mac(const std::string& mac) const;
  const HostGroup* host_group(const std::string& name) const;
  const LucieGroup* lucie_group(const std::string& name) const;
  const Installer* installer(const std::string& name) const;
  const DiskLayout* disk_layout(const std::string& name) const;

  /// The distinct (installer, service set) pairs, each with its hosts.
  struct ServiceSet {
    std::string installer;
    std::vector<std::string> services;
    std::vector<std::string> hosts;
  };
  std::vector<ServiceSet> service_sets() const;
};

struct ReadResult {
  Cluster cluster;
  std::vector<Fault> faults, warnings;  ///< sorted; with faults the cluster must not be used
};

struct ReadOptions {
  /// The target of the server's own release, for hosts without an installer ("debian-12").
  std::string own_target = "debian-12";
  /// Known LMPs, to check services against; nothing: not checked.
  std::optional<std::vector<std::string>> known_services;
  /// Whether server names are looked up (a name that does not resolve is a warning).
  bool resolve_names = false;
};

/// Reads, inherits, expands and proves the definitions (LANGUAGE of the manual page lucie.conf(5)).
/// Never throws for wrong text; throws EnvironmentError if the first file cannot be read.
ReadResult read_cluster(const std::filesystem::path& file, const ReadOptions& options = {});

/// `answers` blocks of one answers file (/etc/lucie/lmp/NAME/answers.conf), members expanded against
/// `cluster`.
std::vector<Answers> read_answers(const std::filesystem::path& file, const Cluster& cluster,
                                  std::vector<Fault>& faults);

/// "debian-12" from /etc/os-release (ID-VERSION_ID, the part before a dot for rpm distributions).
std::string own_target();

/// Lowercase with colons (`00:50:56:40:40:b6`) from any usual spelling; empty when it is no MAC address.
std::string normal_mac(std::string_view text);

}  // namespace lucie::config
