#pragma once

#include <filesystem>
#include <string>

namespace lucie::lab {

/// mount(2); makes the folder `target`. Throws EnvironmentError. `type` is null for changes of a mount.
void mount_at(const std::string& source, const std::filesystem::path& target, const char* type,
              unsigned long flags = 0, const std::string& options = {});

/// Shows `source` at `target` too, with everything mounted below it. Makes the folder `target` unless
/// `source` is a file; then `target` must be a file that is there.
void bind_mount(const std::filesystem::path& source, const std::filesystem::path& target);
/// The same, not to be written to.
void bind_mount_read_only(const std::filesystem::path& source, const std::filesystem::path& target);

/// Mounts a small memory file system at `dev` with only those devices that every program may expect.
void make_devices(const std::filesystem::path& dev);

}  // namespace lucie::lab
