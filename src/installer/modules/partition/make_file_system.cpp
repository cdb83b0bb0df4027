#include "installer/modules/partition/make_file_system.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::installer {

std::vector<std::string> make_file_system_command(const std::string& file_system, const std::string& device,
                                                  bool boots) {
  std::vector<std::string> command;
  if (file_system == "ext4" || file_system == "ext3" || file_system == "ext2") {
    command = {"mkfs." + file_system, "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard"};
    // Syslinux up to 6.03 cannot read the 64bit layout, and a boot file system never needs it.
    if (boots && file_system == "ext4") command.insert(command.end(), {"-O", "^64bit"});
  } else if (file_system == "xfs") {
    command = {"mkfs.xfs", "-q", "-f", "-K"};
  } else if (file_system == "btrfs") {
    command = {"mkfs.btrfs", "-q", "-f", "-K"};
  } else if (file_system == "vfat") {
    command = {"mkfs.vfat", "-F", "32"};
  } else if (file_system == "swap") {
    command = {"mkswap", "-q"};
  } else if (file_system == "none" || file_system == "biosboot" || file_system.empty()) {
    return {};
  } else {
    throw Error(fmt::format("unknown file system '{}'", file_system))
        .hint("use ext4, ext3, ext2, xfs, btrfs, vfat, swap, biosboot or none");
  }
  command.push_back(device);
  return command;
}

}  // namespace lucie::installer
