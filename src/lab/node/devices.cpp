#include "lab/node/devices.hpp"

#include <array>
#include <fmt/format.h>
#include <fstream>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.hpp"
#include "lab/mounting.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// The kernel's own announcements (uevents), which are group 1; udev's, with links and names, are group 2.
base::FileDescriptor listen_to_kernel() {
  base::FileDescriptor socket(
      ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1;
  if (!socket.valid() || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw_errno("listen to the kernel's announcements of devices");
  return socket;
}

}  // namespace

NodeDevices::NodeDevices(const fs::path& folder, const NodeDisk& disk, int terminal)
    : folder_(folder), disk_(disk), announcements_(listen_to_kernel()) {
  make_devices(folder_);
  for (const char* name : {"console", "ttyS0"}) {
    std::ofstream(folder_ / name).close();
    bind_mount(fmt::format("/proc/self/fd/{}", terminal), folder_ / name);
  }
  refresh();
}

void NodeDevices::keep(const std::string& name, dev_t number) const {
  const fs::path path = folder_ / name;
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (status.st_rdev == number) return;
    fs::remove(path);
  }
  if (mknod(path.c_str(), S_IFBLK | 0660, number) != 0) throw_errno("mknod " + path.string());
}

void NodeDevices::refresh() {
  std::array<char, 8192> announcement;
  while (recv(announcements_.get(), announcement.data(), announcement.size(), 0) > 0) {
  }
  const auto partitions = disk_.partitions();
  keep(NodeDisk::name, disk_.number());
  for (const auto& [number, device] : partitions) keep(fmt::format("{}{}", NodeDisk::name, number), device);
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(NodeDisk::name) || name == NodeDisk::name) continue;
    if (!partitions.contains(std::atoi(name.c_str() + std::string_view(NodeDisk::name).size())))
      fs::remove(entry.path());
  }
}

}  // namespace lucie::lab
