#pragma once

#include <string>
#include <vector>

#include "wire/slice.hpp"

namespace lucie::installer {

/// A partition of the slice with the device it is on and the UUID of its file system.
struct FileSystem {
  std::string device, uuid;
  wire::SlicePartition wanted;

  bool is_swap() const { return wanted.file_system == "swap"; }
  /// Has a place in the node's tree.
  bool is_mounted() const { return wanted.mount_point.starts_with('/'); }
};

/// Those that are mounted, parents before what is mounted in them.
std::vector<FileSystem> mount_order(std::vector<FileSystem> file_systems);

/// The text of fstab(5), in mount order, swap last.
std::string file_system_table(const std::vector<FileSystem>& file_systems);

}  // namespace lucie::installer
