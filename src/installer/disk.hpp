#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lucie::installer {

struct Disk {
  std::string device;       ///< /dev/vda
  std::uint64_t bytes = 0;  ///< its size
};

/// The disk that a layout means: a device path, or "first": the first disk, by name with its numbers counted
/// as numbers, that is not removable, not made of other devices or memory, and not empty. `sys_block` is
/// /sys/block. Throws lucie::Error when there is no such disk, naming those that are there.
Disk find_disk(const std::string& wanted, const std::filesystem::path& sys_block = "/sys/block");

/// "/dev/vda" and 1 give "/dev/vda1"; names that end in a digit get a "p" between.
std::string partition_device(const std::string& disk, int number);

/// True when `left` stands before `right` with runs of digits compared as numbers (nvme2n1 before nvme10n1).
bool natural_less(const std::string& left, const std::string& right);

}  // namespace lucie::installer
