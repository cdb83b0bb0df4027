#include "lab/node/world.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "lab/mounting.hpp"
#include "lab/node/capabilities.hpp"
#include "lab/node/disk.hpp"
#include "lab/node/own_disk.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// `lucie.nfs=ADDRESS:/nfsroot/INSTALLER` of the command line; the lab's server exports that folder, and is
/// the only NFS server that there is.
fs::path nfs_root(const World& world) {
  std::string told;
  for (const std::string& word : base::split_words(*world.boot.choice.command_line)) {
    if (word.starts_with("lucie.nfs=")) told = word.substr(10);
  }
  const auto colon = told.find(':');
  if (told.substr(0, colon) != world.plan.address)
    throw Error(fmt::format("the NFS root '{}' is not on the lab's server {}", told, world.plan.address));
  const fs::path root =
      world.plan.server_root() / "var/lib/lucie/exports" / fs::path(told.substr(colon + 1)).relative_path();
  if (!fs::exists(root / "usr/lib/lucie/node-init"))
    throw Error(fmt::format("{} has no /usr/lib/lucie/node-init", told)).hint("run lucie-setup apply");
  return root;
}

/// As `systemd-nspawn` leaves it: what belongs to the machine's kernel cannot be changed, the network can.
void mount_proc(const fs::path& proc, const std::string& command_line, const fs::path& folder) {
  mount_at("proc", proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  bind_mount_read_only(proc / "sys", proc / "sys");
  bind_mount(proc / "sys/net", proc / "sys/net");
  mount_at("", proc / "sys/net", nullptr, MS_BIND | MS_REMOUNT);
  if (fs::exists(proc / "sysrq-trigger"))
    bind_mount_read_only(proc / "sysrq-trigger", proc / "sysrq-trigger");
  base::write_file(folder / "cmdline", command_line + "\n");
  bind_mount_read_only(folder / "cmdline", proc / "cmdline");
}

/// Read-only, which tells udev and systemd that devices are not theirs to make. The node finds one disk there
/// and one console, whatever the machine has, and no EFI variables.
void mount_sys(const fs::path& sys, const World& world, const fs::path& folder) {
  mount_at("sysfs", sys, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  if (fs::exists(sys / "firmware")) mount_at("tmpfs", sys / "firmware", "tmpfs", MS_RDONLY, "mode=755");
  mount_at("tmpfs", sys / "block", "tmpfs", 0, "mode=755,size=64k");
  fs::create_symlink("../devices/virtual/block/" + world.loop_device, sys / "block" / NodeDisk::name);
  base::write_file(folder / "consoles", "ttyS0\n");
  if (fs::exists(sys / "class/tty/console/active"))
    bind_mount_read_only(folder / "consoles", sys / "class/tty/console/active");
  if (fs::exists(sys / "fs/cgroup"))
    mount_at("cgroup2", sys / "fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  mount_at("", sys, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
}

/// The serial line is /dev/console, where systemd offers a login by itself; a second one, which the installer
/// enables for machines, would wait for udev.
void mount_run(const fs::path& run, const Lease& lease) {
  mount_at("tmpfs", run, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  fs::create_directories(run / "systemd/system");
  fs::create_symlink("/dev/null", run / "systemd/system/serial-getty@ttyS0.service");
  std::string resolver = lease.domain.empty() ? "" : fmt::format("search {}\n", lease.domain);
  for (const std::string& server : lease.name_servers) resolver += fmt::format("nameserver {}\n", server);
  base::write_file(run / "resolv.conf", resolver);
}

/// From here on `root` is all there is.
void move_into(const fs::path& root) {
  if (chdir(root.c_str()) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
      chdir("/") != 0)
    throw_errno("make " + root.string() + " the root");
}

void use_console() {
  const int console = open("/dev/console", O_RDWR | O_NOCTTY);
  if (console < 0) throw_errno("open /dev/console");
  for (const int stream : {0, 1, 2}) dup2(console, stream);
  if (console > 2) close(console);
}

[[noreturn]] void become(const char* program) {
  signal(SIGPIPE, SIG_DFL);
  const std::array<const char*, 2> argv = {program, nullptr};
  // systemd.io/CONTAINER_INTERFACE
  const std::array<const char*, 4> environment = {"container=lucie-lab", "TERM=vt220",
                                                  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", nullptr};
  execve(program, const_cast<char**>(argv.data()), const_cast<char**>(environment.data()));
  throw_errno(fmt::format("run {}", program));
}

}  // namespace

void become_node(const World& world) {
  const fs::path folder = world.plan.node_folder(world.machine.name), root = folder / "root";
  const bool installs = world.boot.choice.command_line.has_value();
  if (unshare(CLONE_NEWNS) != 0) throw_errno("make a mount namespace");
  bind_mount(folder / "dev", "/dev");  // so that mount(8) names devices as the node knows them
  fs::create_directories(root);
  if (installs) {
    bind_mount_read_only(nfs_root(world), root);
  } else {
    mount_own_disk(root);
    base::run_or_throw({.argv = {"ip", "address", "flush", "dev", "eth0"}});
    base::run_or_throw({.argv = {"ip", "link", "set", "eth0", "down"}});
  }
  const char* program = installs ? "/usr/lib/lucie/node-init" : "/sbin/init";
  mount_proc(root / "proc", world.boot.choice.command_line.value_or("lucie.lab=namespace"), folder);
  mount_sys(root / "sys", world, folder);
  bind_mount("/dev", root / "dev");
  mount_run(root / "run", world.boot.lease);
  if (sethostname("localhost", 9) != 0) throw_errno("sethostname");
  move_into(root);
  drop_machine_capabilities();
  use_console();
  become(program);
}

}  // namespace lucie::lab
