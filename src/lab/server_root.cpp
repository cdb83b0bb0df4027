#include "lab/server_root.hpp"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "lab/mounting.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

void bind_made_folder(const fs::path& source, const fs::path& target) {
  fs::create_directories(source);
  bind_mount(source, target);
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
  bind_made_folder(base / "plain/lucie", root / "var/lib/lucie");
  bind_made_folder(base / "plain/srv", root / "srv");
  bind_made_folder(base / "plain/tmp", root / "tmp");
  chmod((root / "tmp").c_str(), 01777);
  bind_made_folder(plan.cache, root / "var/cache/lucie");
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
