#include "lab/mounting.hpp"

#include <array>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/error.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

struct Device {
  const char* name;
  unsigned major, minor;
};

}  // namespace

void mount_at(const std::string& source, const fs::path& target, const char* type, unsigned long flags,
              const std::string& options) {
  if (!fs::exists(target)) fs::create_directories(target);
  if (mount(source.c_str(), target.c_str(), type, flags, options.c_str()) != 0) {
    throw_errno(fmt::format("mount {} at {}", type != nullptr ? type : source, target.string()));
  }
}

void bind_mount(const fs::path& source, const fs::path& target) {
  mount_at(source, target, nullptr, MS_BIND | MS_REC);
}

void bind_mount_read_only(const fs::path& source, const fs::path& target) {
  mount_at(source, target, nullptr, MS_BIND);
  mount_at("", target, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY);
}

void make_devices(const fs::path& dev) {
  mount_at("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=755,size=16m");
  constexpr std::array<Device, 6> devices{
      {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}}};
  for (const Device& device : devices) {
    const fs::path path = dev / device.name;
    if (mknod(path.c_str(), S_IFCHR | 0666, makedev(device.major, device.minor)) != 0) {
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

}  // namespace lucie::lab
