#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <sys/types.h>

#include "base/loop_device.hpp"

namespace lucie::lab {

/// The disk of a node made of namespaces: a sparse file under a loop device, which the kernel clears when we
/// and everything that is mounted from it have ended.
class NodeDisk {
 public:
  /// Makes the file if there is none; one that is there keeps what was written.
  NodeDisk(const std::filesystem::path& file, std::uint64_t size);

  /// The name that the node sees: /dev/vda, partitions /dev/vda1 ….
  static constexpr const char* name = "vda";

  const base::LoopDevice& device() const { return device_; }
  dev_t number() const;
  /// Tells the kernel the partitions that are in the table: some kernels do not read every kind by
  /// themselves.
  void read_table() const;
  /// What the kernel knows of it: partition numbers and their devices.
  std::map<int, dev_t> partitions() const;
  /// Waits until nothing is mounted from it any more, ten seconds at most.
  void wait_until_free() const;

 private:
  base::LoopDevice device_;
};

}  // namespace lucie::lab
