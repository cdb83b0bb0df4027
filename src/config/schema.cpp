#include "config/schema.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "config/block.hpp"

namespace lucie::config {
namespace {

using enum Kind;
constexpr auto list = Shape::list;
constexpr auto scalar = Shape::scalar;
constexpr auto repeated = Shape::repeated;

constexpr std::string_view the_full_modules =
    "init, partition, mount, extrbase, install, configure, finalize";

std::vector<TypeSchema> cluster_schema() {
  return {
      {.type = "host",
       .identity = "host_name",
       .template_name = "name",
       .custom = true,
       .doc = "A node, or a range of nodes",
       .attributes =
           {{"host_name", host_name, list, "Names of the nodes; several for several nodes", "", {}, true},
            {"alias", text, scalar, "Words about the node"},
            {"address", address, scalar, "Address in the network of the lucie_group", "", {}, true},
            {"mac_address", mac_address, scalar, "Address of the network card it boots from",
             "that of its interface with 'boot yes'; none: found by discovery"},
            {"mac_file", file, scalar, "File with lines HOST,MAC, used where mac_address is absent"},
            {"lucie_group", name, scalar, "The servers that serve it",
             "the only lucie_group, if there is one"},
            {"services", service, list, "The LMPs that it gets", "none"},
            {"installer", name, scalar, "How it is installed", "full"},
            {"disk_layout", name, scalar, "How its disks are divided", "default"},
            {"bmc_address", server, scalar, "Name or address of its management controller"},
            {"bmc_kind",
             choice,
             scalar,
             "How the management controller is spoken to",
             "ipmi",
             {"ipmi", "redfish"}},
            {"protected", boolean, scalar, "Never armed without saying so", "no"}}},
      {.type = "interface",
       .template_name = "name",
       .doc = "A further network interface of a node, or of a range of nodes",
       .attributes =
           {{"host_name", host_name, list, "The nodes", "", {}, true},
            {"interface_name", name, scalar, "Name in the node's system, at most 15 bytes", "", {}, true},
            {"kind",
             choice,
             scalar,
             "What it is",
             "ethernet",
             {"ethernet", "infiniband", "bond", "vlan", "bridge"}},
            {"address", address, scalar, "Its address"},
            {"mac_address", mac_address, scalar, "Its hardware address"},
            {"members", name, list, "Interfaces that a bond or bridge joins, or that a vlan stands on"},
            {"vlan_id", number, scalar, "1 to 4094, of a vlan"},
            {"mtu", number, scalar, "576 to 65535 bytes", "the system's"},
            {"ring", boolean, scalar, "The data ring uses it", "no"},
            {"boot", boolean, scalar, "The node boots from it", "no"}}},
      {.type = "host_group",
       .identity = "hostgroup_name",
       .template_name = "name",
       .custom = true,
       .doc = "Hosts with something in common, which they inherit from it",
       .attributes = {{"hostgroup_name", name, scalar, "Name of the group", "", {}, true},
                      {"alias", text, scalar, "Words about the group; not inherited"},
                      {"members", member, list, "Hosts, ranges of hosts and host groups", "none"},
                      {"lucie_group", name, scalar, "For hosts that do not say"},
                      {"services", service, list,
                       "For hosts that do not say; joined with those of other groups"},
                      {"installer", name, scalar, "For hosts that do not say"},
                      {"disk_layout", name, scalar, "For hosts that do not say"}}},
      {.type = "lucie_group",
       .identity = "name",
       .template_name = "template_name",
       .doc = "Lucie servers and the network that they serve",
       .attributes = {{"name", name, scalar, "Name of the group", "", {}, true},
                      {"domain_name", host_name, scalar, "DNS domain of the nodes"},
                      {"nis_domain_name", text, scalar, "NIS domain of the nodes"},
                      {"gateway", address, scalar, "Router of the nodes"},
                      {"subnet", mask, scalar, "Mask of the network", "", {}, true},
                      {"dns1", address, scalar, "First DNS server"},
                      {"dns2", address, scalar, "Second DNS server"},
                      {"dns3", address, scalar, "Third DNS server"},
                      {"ntp", server, list, "Time servers", "none"},
                      {"lucie_server", server, scalar, "Host that runs lucied", "this machine"},
                      {"dhcp_server", server, scalar, "Host that runs DHCP", "lucie_server"},
                      {"tftp_server", server, scalar, "Host that runs TFTP", "lucie_server"},
                      {"nfs_server", server, scalar, "Host that exports the NFS roots", "lucie_server"},
                      {"http_server", server, scalar, "Host that serves packages and boot files",
                       "lucie_server"},
                      {"lucie_address", address, scalar, "The Lucie server's address in this network",
                       "found when it is applied"},
                      {"dhcp_backend", choice, scalar, "The DHCP program", "dnsmasq", {"dnsmasq"}},
                      {"dhcp_relay", address, scalar, "Relay through which the nodes' requests come"},
                      {"discovery", boolean, scalar, "Unknown machines are noted down", "no"},
                      {"boot", choice, scalar, "How nodes boot from the network", "ipxe", {"ipxe"}},
                      {"services", service, list, "For hosts whose host groups do not say either"},
                      {"installer", name, scalar, "For hosts whose host groups do not say either"},
                      {"disk_layout", name, scalar, "For hosts whose host groups do not say either"}}},
      {.type = "installer",
       .identity = "installer_name",
       .template_name = "name",
       .doc = "How nodes are installed; 'full' and 'repair' are there also when nobody defines them",
       .attributes =
           {{"installer_name", name, scalar, "Name of the installer", "", {}, true},
            {"modules", name, list, "Modules in the order in which they run", the_full_modules},
            {"target", target, scalar, "Release that the nodes run", "this machine's own release"},
            {"architecture", choice, scalar, "Processors of the nodes", "amd64", {"amd64", "arm64"}},
            {"lmp_root",
             choice,
             scalar,
             "Where its LMPs are installed: on the server, or in a root of its own",
             "/",
             {"/", "own"}},
            {"nfsroot_packages", package, list, "Packages added to the installer's environment", "none"},
            {"kernel_package", package, scalar, "Kernel of installer and nodes",
             "linux-image-ARCHITECTURE, for rpm targets kernel"},
            {"kernel_options", text, scalar, "Added to the kernel's command line", "none"},
            {"root_password_hash", password_hash, scalar, "Password of root, as crypt(3) writes it",
             "no password login"},
            {"ssh_authorized_keys", text, list,
             "Public keys that may log in as root; a key with a comma stands in quotes", "none"},
            {"package_servers", name, list, "Package servers of its target, in order",
             "all package servers of the target"},
            {"mode",
             choice,
             scalar,
             "Packages one by one, or an image made of them",
             "packages",
             {"packages", "image"}},
            {"timeouts", module_time, list, "Time limits of modules, as in 'install 30m, partition 5m'",
             "the module's own"},
            {"retries", module_number, list, "How often a failed module is tried again, as in 'install 2'",
             "the module's own"}}},
      {.type = "disk_layout",
       .identity = "layout_name",
       .template_name = "name",
       .doc = "How the disks of a node are divided",
       .attributes = {{"layout_name", name, scalar, "Name of the layout", "", {}, true},
                      {"disk", disk, scalar,
                       "Device as in /dev/sda, or 'first': the first disk that is not removable", "first"},
                      {"label", choice, scalar, "Kind of partition table", "gpt", {"gpt", "msdos"}},
                      {"partition", partition, repeated, "A partition, in the order on the disk",
                       "swap of 512M, and a root with ext4 in what is left"},
                      {"raid", text, repeated, "A RAID array"},
                      {"lvm", text, repeated, "A logical volume"},
                      {"fai_disk_config", file, scalar,
                       "A disk_config file of FAI, used in place of the above"}}},
      {.type = "package_server",
       .identity = "name",
       .template_name = "template_name",
       .doc = "Where packages of a target, or LMPs, come from",
       .attributes =
           {{"name", name, scalar, "Name of the package server", "", {}, true},
            {"target", target, scalar, "Release whose packages it offers; not needed for kind lmp"},
            {"kind",
             choice,
             scalar,
             "What it is",
             "apt or rpm-md, as the target has it",
             {"apt", "rpm-md", "lmp"}},
            {"uri", uri, scalar, "Its address: http, https, ftp, file, nfs, cdrom, ssh or rsh", "", {}, true},
            {"suite", text, scalar, "Suite of an apt server", "the target's code name"},
            {"components", text, list, "Components of an apt server", "main"},
            {"signed_by", path, scalar, "Keyring with the keys that sign it"},
            {"trusted", boolean, scalar, "Taken without a signature", "no, but yes for file:"},
            {"mirrors", uri, list, "Further addresses of the same content, tried in order", "none"},
            {"priority", number, scalar, "The greater one wins", "500"}}},
      {.type = "dataset",
       .identity = "dataset_name",
       .template_name = "name",
       .doc = "Large data that nodes receive through the ring",
       .attributes = {{"dataset_name", name, scalar, "Name of the dataset", "", {}, true},
                      {"source", path, scalar, "File or folder on the server", "", {}, true},
                      {"destination", path, scalar, "Place on the node", "", {}, true},
                      {"members", member, list, "Hosts that receive it", "all hosts"},
                      {"unpack", boolean, scalar, "It is an archive, to be unpacked at the destination",
                       "no"},
                      {"sha256", sha256, scalar, "Digest of the source, which is then checked"},
                      {"encrypt", boolean, scalar, "Encrypted on its way", "no"},
                      {"interface", name, scalar, "Interface of the nodes that the ring uses",
                       "the one with 'ring yes'"}}},
      {.type = "answers",
       .template_name = "name",
       .open = true,
       .doc = "Answers to the questions of an LMP; the other attributes are the questions' names",
       .attributes = {{"lmp_name", lmp_name, scalar, "The LMP that asks", "", {}, true},
                      {"members", member, list, "Hosts that the answers hold for", "all hosts"}}},
      {.type = "lab",
       .template_name = "name",
       .doc = "How lucie-lab makes these nodes",
       .attributes = {{"kind",
                       choice,
                       scalar,
                       "Virtual machines, or namespaces without a kernel of their own",
                       "machine",
                       {"machine", "namespace"}},
                      {"memory", size, scalar, "Memory of a node", "1G"},
                      {"disk_size", size, scalar, "Size of a node's disk", "4G"},
                      {"firmware", choice, scalar, "Firmware of a machine", "bios", {"bios", "uefi"}},
                      {"hosts", member, list, "The hosts that are made so", "those of no other lab block"}}},
  };
}

std::vector<TypeSchema> manifest_schema() {
  return {
      {.type = "lmp",
       .identity = "lmp_name",
       .manifest = true,
       .doc = "The meta package itself",
       .attributes = {{"lmp_name", lmp_name, scalar, "Its name; the package is lmp-NAME", "", {}, true},
                      {"version", package_version, scalar, "Upstream version and revision", "", {}, true},
                      {"summary", text, scalar, "What it is, in one line", "", {}, true},
                      {"description", text, scalar, "What it does, in full"},
                      {"maintainer", text, scalar, "Name <mail>", "", {}, true},
                      {"license", text, scalar, "Licence of the meta package"},
                      {"depends", text, list, "LMPs that it needs, each with a reason after ' because '"},
                      {"conflicts", text, list, "LMPs that exclude it, each with a reason after ' because '"},
                      {"reads", text, list, "Files that a script reads, where that cannot be seen in it"},
                      {"edits", text, list, "Files that a script edits, where that cannot be seen in it"},
                      {"runs", text, list, "Programs that a script runs, where that cannot be seen in it"}}},
      {.type = "package_list",
       .manifest = true,
       .doc = "Packages of a target that the meta package brings",
       .attributes = {{"target", list_target, scalar, "Release that the list is for, or 'any'", "", {}, true},
                      {"when", text, scalar, "QUESTION = ANSWER that the list holds for"},
                      {"package_server", name, scalar, "Package server to take them from"},
                      {"packages", package, list, "Packages for the node"},
                      {"nfsroot_packages", package, list, "Packages for the installer's environment"}}},
      {.type = "file",
       .identity = "path",
       .manifest = true,
       .doc = "Mode and owner of a file below files/",
       .attributes = {{"path", path, scalar, "Path on the node", "", {}, true},
                      {"mode", file_mode, scalar, "Access mode, octal", "0644"},
                      {"owner", owner, scalar, "Owner and group", "root:root"},
                      {"secret", boolean, scalar, "Delivered apart, never in a package or NFS root", "no"}}},
  };
}

/// Every type of cluster files has the attributes of templates.
std::vector<TypeSchema> make_schema() {
  std::vector<TypeSchema> types = cluster_schema();
  for (TypeSchema& type : types) {
    type.attributes.push_back({type.template_name, name, scalar, "Names a template, for 'use'"});
    type.attributes.push_back(
        {"use", name, list, "Templates that are inherited; the first that has an attribute wins"});
    type.attributes.push_back({"register", boolean, scalar, "With 0 the block is a template only", "1"});
  }
  std::ranges::move(manifest_schema(), std::back_inserter(types));
  return types;
}

std::vector<std::string> type_names(bool manifest) {
  std::vector<std::string> names;
  for (const TypeSchema& type : schema()) {
    if (type.manifest == manifest) names.emplace_back(type.type);
  }
  return names;
}

}  // namespace

const AttributeSchema* TypeSchema::find(std::string_view key) const {
  const auto found = std::ranges::find(attributes, key, &AttributeSchema::key);
  return found == attributes.end() ? nullptr : &*found;
}

std::vector<std::string> TypeSchema::keys() const {
  std::vector<std::string> keys;
  for (const AttributeSchema& attribute : attributes) keys.emplace_back(attribute.key);
  return keys;
}

std::span<const TypeSchema> schema() {
  static const std::vector<TypeSchema> types = make_schema();
  return types;
}

const TypeSchema* find_type(std::string_view type) {
  const auto types = schema();
  const auto found = std::ranges::find(types, type, &TypeSchema::type);
  return found == types.end() ? nullptr : &*found;
}

std::vector<std::string> cluster_types() {
  return type_names(false);
}

std::vector<std::string> manifest_types() {
  return type_names(true);
}

std::string print_schema() {
  constexpr std::string_view shapes[] = {"one", "list", "repeats"};
  std::string text;
  for (const TypeSchema& type : schema()) {
    for (const AttributeSchema& attribute : type.attributes) {
      const std::string syntax = attribute.choices.empty()
                                     ? kind_syntax(attribute.kind)
                                     : fmt::format("{}", fmt::join(attribute.choices, ", "));
      text +=
          fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", type.type, attribute.key,
                      shapes[static_cast<int>(attribute.shape)], syntax, attribute.standard, attribute.doc);
    }
  }
  return text;
}

}  // namespace lucie::config
