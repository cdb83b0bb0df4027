#include "installer/modules/mount/file_system_table.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace lucie::installer {
namespace {

std::string options_of(const wire::SlicePartition& wanted) {
  return wanted.options.empty() ? "defaults" : base::join(wanted.options, ",");
}

/// The order of fsck at boot (fstab(5)): the root first, then the others; not those that check themselves.
int check_order(const wire::SlicePartition& wanted) {
  if (wanted.file_system == "xfs" || wanted.file_system == "btrfs") return 0;
  return wanted.mount_point == "/" ? 1 : 2;
}

}  // namespace

std::vector<FileSystem> mount_order(std::vector<FileSystem> file_systems) {
  std::erase_if(file_systems, [](const FileSystem& each) { return !each.is_mounted(); });
  // A parent's path is a prefix of its children's, so it sorts before them.
  std::sort(file_systems.begin(), file_systems.end(), [](const FileSystem& left, const FileSystem& right) {
    return left.wanted.mount_point < right.wanted.mount_point;
  });
  return file_systems;
}

std::string file_system_table(const std::vector<FileSystem>& file_systems) {
  std::string text = "# <file system> <mount point> <type> <options> <dump> <pass>\n";
  for (const FileSystem& each : mount_order(file_systems)) {
    text += fmt::format("UUID={} {} {} {} 0 {}\n", each.uuid, each.wanted.mount_point,
                        each.wanted.file_system, options_of(each.wanted), check_order(each.wanted));
  }
  for (const FileSystem& each : file_systems) {
    if (!each.is_swap()) continue;
    text += fmt::format("UUID={} none swap {} 0 0\n", each.uuid,
                        each.wanted.options.empty() ? "sw" : base::join(each.wanted.options, ","));
  }
  return text;
}

}  // namespace lucie::installer
