#pragma once

#include <filesystem>

#include "base/files.hpp"
#include "lab/node/disk.hpp"

namespace lucie::lab {

/// The folder /dev of a node made of namespaces: what every program expects, the serial line as console and
/// ttyS0, and one disk, /dev/vda. Instead of udev, which belongs to the machine's kernel, this keeps the
/// devices of the disk's partitions as the kernel announces them.
class NodeDevices {
 public:
  /// Mounts it at `folder`. `terminal`: the serial line's end for the node.
  NodeDevices(const std::filesystem::path& folder, const NodeDisk& disk, int terminal);

  /// Readable when the kernel has announced something about devices.
  int announcements() const { return announcements_.get(); }
  /// Makes and removes partition devices until they are as the kernel says.
  void refresh();

 private:
  void keep(const std::string& name, dev_t number) const;

  std::filesystem::path folder_;
  const NodeDisk& disk_;
  base::FileDescriptor announcements_;
};

}  // namespace lucie::lab
