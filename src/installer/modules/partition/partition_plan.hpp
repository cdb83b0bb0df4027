#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/slice.hpp"

namespace lucie::installer {

/// One partition as it will be. Sizes and places in MiB, which all disks' sectors divide.
struct PlannedPartition {
  int number = 0;
  std::uint64_t start = 0, size = 0;  ///< MiB
  bool extended = false;              ///< msdos: the container of the partitions from 5 on
  bool active = false;                ///< a BIOS boot loader finds its files there
  wire::SlicePartition wanted;        ///< empty for the container
};

struct PartitionPlan {
  std::string label;  ///< "gpt" or "msdos"
  std::vector<PlannedPartition> partitions;
};

/// Places the slice's partitions on a disk of that many bytes: each gets its least size, what is left is
/// shared evenly among those that may grow. An msdos label with more than four partitions gets an extended
/// one in the fourth place. Throws lucie::Error when they do not fit or the label is unknown.
PartitionPlan plan_partitions(const wire::Slice& slice, std::uint64_t disk_bytes);

/// The number of each of the slice's partitions, in the order of the slice: what `plan_partitions` gives
/// them, known without the disk.
std::vector<int> partition_numbers(const wire::Slice& slice);

/// The input of sfdisk(8). `disk` is the device, for the partitions' names.
std::string sfdisk_script(const PartitionPlan& plan, const std::string& disk);

/// The plan as a person reads it, one partition a line.
std::string describe(const PartitionPlan& plan, const std::string& disk);

}  // namespace lucie::installer
