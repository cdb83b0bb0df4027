#pragma once

#include <cstdlib>
#include <map>
#include <string>

#include "base/files.hpp"
#include "metapackage/lmp.hpp"

/// LMPs made of text, below a folder of their own.
class LmpTrees {
 public:
  LmpTrees() : folder_("lmp-test") { setenv("LUCIE_TEMPLATES", SOURCE_FOLDER "/templates", 1); }

  /// The path of a tree's file.
  std::string path(const std::string& file) const { return (folder_.path() / file).string(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  void write(const std::string& file, const std::string& content) const {
    std::filesystem::create_directories((folder_.path() / file).parent_path());
    lucie::base::write_file(folder_.path() / file, content);
  }

  /// A manifest with all that must be there; `more` stands in the lmp block, `blocks` after it.
  void manifest(const std::string& name, const std::string& blocks = {}, const std::string& more = {}) const {
    write(name + "/lmp.conf",
          "define lmp{\n lmp_name " + name +
              "\n version 1.0\n summary s\n maintainer A <a@example.org>\n license MIT\n" + more + "}\n" +
              blocks);
  }

  /// A manifest with a list for test-1 (the list's block is on line 8, its packages on line 10).
  void list(const std::string& name, const std::string& packages, const std::string& more = {}) const {
    manifest(name, "define package_list{\n target test-1\n packages " + packages + "\n}\n" + more);
  }

  std::vector<lucie::metapackage::Lmp> read(std::vector<lucie::Fault>& faults) const {
    return lucie::metapackage::find_lmps({folder_.path()}, faults);
  }

  /// All faults as they are shown, with the folder's name left out.
  std::string shown(std::vector<lucie::Fault> faults) const {
    lucie::sort_faults(faults);
    std::string text = lucie::render_faults(faults);
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

 private:
  lucie::base::TemporaryDirectory folder_;
};

/// A small cluster: cnode00 and cnode01 in group `nodes`, gw alone, all in lucie group `lucie1`.
inline lucie::config::Compiled small_cluster() {
  using namespace lucie::config;
  Compiled compiled;
  Cluster& cluster = compiled.cluster;
  for (const char* name : {"cnode00", "cnode01", "gw"}) {
    Host host;
    host.name = name;
    host.address = "192.168.10." + std::to_string(cluster.hosts.size() + 1);
    host.lucie_group = "lucie1";
    host.installer = "full";
    host.services = {"base", "ssh"};
    if (host.name != "gw") host.groups = {"nodes"};
    if (host.name == "gw") host.services = {"base", "mpi", "nfs-server", "ssh"};
    if (host.name == "cnode01") host.services = {"base", "mpi", "ssh"};
    if (host.name == "cnode00") host.mac_address = "52:54:00:00:00:01";
    if (host.name == "cnode00") host.ssh_host_key = "ssh-ed25519 AAAA00";
    if (host.name == "cnode00") host.custom = {{"_rack", "r1"}, {"_timezone", "Asia/Tokyo"}};
    cluster.hosts.push_back(host);
  }
  Interface eth1{.host = "cnode00", .name = "eth1", .kind = "ethernet", .address = "10.1.0.1"};
  eth1.subnet = "255.255.0.0";
  eth1.mtu = 9000;
  Interface vlan{.host = "cnode00", .name = "vlan9", .kind = "vlan"};
  vlan.members = {"eth1"};
  vlan.vlan_id = 9;
  cluster.interfaces = {eth1, vlan};
  HostGroup group;
  group.name = "nodes";
  group.hosts = {"cnode00", "cnode01"};
  cluster.host_groups.push_back(group);
  LucieGroup lucie;
  lucie.name = "lucie1";
  lucie.domain_name = "is.example.org";
  lucie.gateway = "192.168.10.254";
  lucie.subnet = "255.255.255.0";
  lucie.dns = {"192.168.0.2", "192.168.0.3"};
  lucie.lucie_server = "lucie1.is.example.org";
  lucie.lucie_address = "192.168.10.250";
  cluster.lucie_groups.push_back(lucie);
  Installer installer;
  installer.name = "full";
  installer.target = "debian-12";
  installer.ssh_authorized_keys = {"ssh-ed25519 AAAA admin@example.org"};
  installer.kernel_options = "quiet";
  cluster.installers.push_back(installer);
  return compiled;
}
