#include "lab/server_root.hpp"

#include <array>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

void mount_at(const std::string& source, const fs::path& target, const char* type, unsigned long flags = 0,
              const std::string& options = {}) {
  fs::create_directories(target);
  if (mount(source.c_str(), target.c_str(), type, flags, options.c_str()) != 0) {
    throw_errno(fmt::format("mount {} at {}", type != nullptr ? type : source, target.string()));
  }
}

void bind(const fs::path& source, const fs::path& target) {
  fs::create_directories(source);
  mount_at(source, target, nullptr, MS_BIND | MS_REC);
}

struct Node {
  const char* name;
  unsigned major, minor;
};

/// Only the devices that every program may expect, and loop devices for those who make disk images.
void make_devices(const fs::path& dev) {
  mount_at("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=755,size=16m");
  constexpr std::array<Node, 6> nodes{
      {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}}};
  for (const Node& node : nodes) {
    const fs::path path = dev / node.name;
    if (mknod(path.c_str(), S_IFCHR | 0666, makedev(node.major, node.minor)) != 0) {
      throw_errno("mknod " + path.string());
    }
    chmod(path.c_str(), 0666);
  }
  mount_at("devpts", dev / "pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620");
  mount_at("tmpfs", dev / "shm", "tmpfs", MS_NOSUID | MS_NODEV);
  fs::create_symlink("pts/ptmx", dev / "ptmx");
  fs::create_symlink("/proc/self/fd", dev / "fd");
  fs::create_symlink("/proc/self/fd/0", dev / "stdin");
  fs::create_symlink("/proc/self/fd/1", dev / "stdout");
  fs::create_symlink("/proc/self/fd/2", dev / "stderr");
}

void mount_overlay(const Plan& plan) {
  const fs::path base = plan.mount_point();
  fs::create_directories(base / "upper");
  fs::create_directories(base / "work");
  mount_at("overlay", plan.server_root(), "overlay", 0,
           fmt::format("lowerdir={},upperdir={},workdir={}", plan.root.string(), (base / "upper").string(),
                       (base / "work").string()));
}

}  // namespace

void mount_server_root(const Plan& plan) {
  const fs::path base = plan.mount_point();
  const fs::path root = plan.server_root();
  mount_overlay(plan);
  mount_at("proc", root / "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  mount_at("sysfs", root / "sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  make_devices(root / "dev");
  mount_at("tmpfs", root / "run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  mount_at("tmpfs", root / "var/lib/nfs", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  bind(base / "plain/lucie", root / "var/lib/lucie");
  bind(base / "plain/srv", root / "srv");
  bind(base / "plain/tmp", root / "tmp");
  chmod((root / "tmp").c_str(), 01777);
  bind(plan.cache, root / "var/cache/lucie");
  fs::create_directories(base / "disks");
}

void identify_server(const Plan& plan) {
  if (sethostname(plan.host_name.c_str(), plan.host_name.size()) != 0) throw_errno("sethostname");
  const fs::path etc = plan.server_root() / "etc";
  std::string hosts = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";
  for (const auto& [address, names] : plan.names) {
    hosts += fmt::format("{} {}\n", address, base::join(names, " "));
  }
  base::write_file(etc / "hosts", hosts);
  base::write_file(etc / "hostname", plan.host_name + "\n");
  base::write_file(etc / "resolv.conf", "# nothing beyond the lab can be reached\n");
  base::replace_symlink("../proc/self/mounts", etc / "mtab");  // systemd would make it; nfs-ganesha reads it
  base::write_file(plan.server_root() / "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0755);
}

}  // namespace lucie::lab
