#pragma once

#include <filesystem>

namespace lucie::lab {

/// Mounts a new, empty ext4 file system at `mount_point`. Its blocks are in a file in `folder` that has no
/// name from its first moment, under a loop device that the kernel clears by itself: when the mount namespace
/// ends, however it ends, device, file and content are gone. (A plain file system is needed because the upper
/// layer of an overlay must not be an overlay, and because NFS cannot export one.)
/// Throws EnvironmentError when there is too little space or no loop device.
void mount_scratch_disk(const std::filesystem::path& folder, const std::filesystem::path& mount_point);

}  // namespace lucie::lab
