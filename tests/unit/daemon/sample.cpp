#include "sample.hpp"

#include <cppunit/TestAssert.h>
#include <cstdlib>

using namespace lucie;
namespace fs = std::filesystem;

namespace {

const char* const manifest = R"(define lmp{
    lmp_name    motd
    version     1.0-1
    summary     A message of the day
    maintainer  A. Author <author@example.org>
    license     GPL-3+
}
define package_list{
    target      debian-12
    packages    bash
}
define file{
    path   /etc/motd.key
    mode   0400
    owner  daemon:adm
}
)";

void write(const fs::path& file, const std::string& text, unsigned mode = 0644) {
  fs::create_directories(file.parent_path());
  base::write_file(file, text, mode);
}

config::Host host(const std::string& name, const std::string& address, const std::string& mac) {
  return {.name = name,
          .address = address,
          .mac_address = mac,
          .lucie_group = "lucie1",
          .installer = "full",
          .disk_layout = "standard",
          .services = {"motd"},
          .groups = {"rack1"}};
}

config::Cluster cluster() {
  config::Cluster cluster;
  cluster.hosts = {host("cnode00", "192.168.10.1", "00:50:56:40:40:b6"),
                   host("cnode01", "192.168.10.2", "00:50:56:40:40:b7"), host("gw", "192.168.10.3", "")};
  cluster.hosts[1].protected_host = true;
  cluster.interfaces = {{.host = "cnode00",
                         .name = "eth1",
                         .kind = "ethernet",
                         .address = "10.9.9.1",
                         .mac_address = "00:50:56:40:41:b6"}};
  cluster.host_groups = {{.name = "rack1", .hosts = {"cnode00", "cnode01"}}};
  cluster.lucie_groups = {{.name = "lucie1",
                           .domain_name = "example.org",
                           .gateway = "192.168.10.254",
                           .subnet = "255.255.255.0",
                           .network = "192.168.10.0",
                           .dns = {"192.168.0.2"},
                           .ntp = {"192.168.0.3"},
                           .lucie_address = "192.168.10.253"}};
  cluster.installers = {
      {.name = "full",
       .target = "debian-12",
       .architecture = "amd64",
       .modules = {"init", "partition", "mount", "extrbase", "install", "configure", "finalize"},
       .kernel_options = "quiet panic=30",
       .root_password_hash = "$6$salt$hash",
       .ssh_authorized_keys = {"ssh-ed25519 AAAA admin"},
       .timeouts = {{"install", std::chrono::minutes(30)}},
       .retries = {{"extrbase", 2}}},
      {.name = "repair",
       .target = "debian-12",
       .architecture = "amd64",
       .modules = {"init", "mount", "configure"}},
      {.name = "bare", .target = "debian-12", .architecture = "amd64", .modules = {"init"}}};
  cluster.disk_layouts = {
      {.name = "standard",
       .disk = "first",
       .label = "msdos",
       .partitions = {{.mount_point = "/", .least = 1 << 30, .file_system = "ext4"},
                      {.mount_point = "swap", .least = 1 << 28, .most = 1 << 29, .file_system = "swap"}}}};
  return cluster;
}

}  // namespace

Sample::Sample() : folder_("daemon-test") {
  compiled.version = 1;
  compiled.made = "2026-11-23T04:25:01Z";
  compiled.lock = "abc";
  compiled.cluster = cluster();
  compiled.lmps["motd"] = {.name = "motd", .version = "1.0-1", .tree = "lmp/motd-tree"};
  compiled.service_sets = {{.installer = "full",
                            .services = {"motd"},
                            .lmps = {"motd"},
                            .packages = {{"bash", "5.2-1", "amd64"}, {"libc6", "2.36-9", "amd64"}},
                            .wanted = {"bash"}}};
  compiled.images = {{.installer = "full",
                      .target = "debian-12",
                      .suite = "lucie",
                      .nfsroot = "nfsroot/full",
                      .kernel = "boot/full/vmlinuz",
                      .initrd = "boot/full/initrd.img",
                      .base_archive = "base/full.tar.zst",
                      .base_sha256 = "0123",
                      .base_size = 10,
                      .pool = state() / "pool/debian-12"}};
  compiled.answers = {{.lmp = "motd", .members = {}, .values = {{"text", "hello"}}},
                      {.lmp = "motd", .members = {"cnode01"}, .values = {{"text", "bye"}}}};
  write_lmp();
  write_images();
}

void Sample::write_lmp() {
  const fs::path tree = state() / "lmp/motd-tree";
  write(tree / "lmp.conf", manifest);
  write(tree / "files/etc/motd.in", "@{host.name} says @{answer.text}\n");
  write(tree / "files/etc/motd.key", "key\n");
  write(tree / "debconf/templates", "Template: lmp-motd/text\nType: string\nDescription: The text\n");
  write(tree / "debconf/config", "#!/bin/sh\n", 0755);
  write(tree / "scripts/20-second", "#!/bin/sh\necho second\n", 0755);
  write(tree / "scripts/10-first", "#!/bin/sh\necho first\n", 0755);
  write(tree / "modules/greet", "#!/bin/sh\n", 0755);
  write(etc() / "modules.d/own", "#!/bin/sh\n", 0755);
}

void Sample::write_images() {
  write(state() / "boot/full/vmlinuz", "kernel");
  write(state() / "boot/full/initrd.img", "initrd");
  write(state() / "base/full.tar.zst", "0123456789");
  write(state() / "pool/debian-12/dists/lucie/Release", "Suite: lucie\n");
  write(state() / "secret", "secret\n");
  fs::create_symlink("../../secret", state() / "pool/debian-12/climbing");
  fs::create_symlink("dists/lucie/Release", state() / "pool/debian-12/inside");
}

base::Paths Sample::paths() const {
  return {.etc = etc(),
          .state = state(),
          .cache = folder_.path() / "cache",
          .run = folder_.path() / "run",
          .lmps = folder_.path() / "lmps",
          .templates = fs::path(std::getenv("SOURCE")) / "templates",
          .node = folder_.path() / "node",
          .programs = folder_.path()};
}

void Sample::store() {
  config::store_compiled(state(), compiled);
}

void assert_golden(const std::string& name, const std::string& text) {
  const fs::path file = fs::path(std::getenv("SOURCE")) / "tests/unit/daemon/golden" / name;
  if (std::getenv("LUCIE_UPDATE_GOLDEN") != nullptr) base::write_file(file, text);
  CPPUNIT_ASSERT_EQUAL(base::read_file(file), text);
}
