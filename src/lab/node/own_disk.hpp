#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lucie::lab {

/// One line of fstab(5) that a boot mounts.
struct TableEntry {
  std::string device, mount_point, type, options;
};

/// The file systems of an fstab: parents before what is mounted in them, without swap, pseudo file systems
/// and what is marked `noauto`.
std::vector<TableEntry> read_file_system_table(const std::string& text);

/// Finds the root among the partitions of /dev/vda — the one whose /etc/fstab says that it is the root — and
/// mounts it with everything that its fstab names at `place`. A boot loader would tell the kernel which one;
/// here none runs. Throws lucie::Error when no partition holds a system.
void mount_own_disk(const std::filesystem::path& place);

}  // namespace lucie::lab
