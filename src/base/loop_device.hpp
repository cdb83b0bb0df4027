#pragma once

#include <filesystem>

#include "base/files.hpp"

namespace lucie::base {

/// A file as a block device (loop(4)). The kernel clears the device by itself (LO_FLAGS_AUTOCLEAR) when this
/// descriptor is closed and nothing is mounted from it any more, so nothing stays of a process that was
/// killed.
struct LoopDevice {
  FileDescriptor descriptor;
  std::filesystem::path path;  ///< /dev/loop7

  /// "loop7", as below /sys/block.
  std::string name() const { return path.filename(); }
};

enum class Partitions { ignored, found };

/// Makes a device of `file`, which must be open for reading and writing. `Partitions::found`: the kernel
/// reads its partition table. Throws EnvironmentError when there is no device to be had.
LoopDevice attach_loop_device(const FileDescriptor& file, Partitions partitions);

}  // namespace lucie::base
