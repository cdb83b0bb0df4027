#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lucie::installer {

/// One line of /proc/self/mountinfo (proc(5)), escapes undone.
struct Mount {
  std::string device, mount_point, file_system;
};

/// In the order in which they were mounted.
std::vector<Mount> read_mounts();
std::vector<Mount> parse_mounts(const std::string& mountinfo);

/// Unmounts everything at or below `folder`, the newest first. Throws EnvironmentError, naming the mount
/// point, when one does not go.
void unmount_below(const std::filesystem::path& folder);

/// Ends processes whose root folder is at or below `folder`: what packages started in spite of everything
/// would keep the file systems busy.
void end_processes_below(const std::filesystem::path& folder);

}  // namespace lucie::installer
