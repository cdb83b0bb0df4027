#pragma once

#include <filesystem>
#include <string>

namespace lucie::setup {

/// The kernel that a root brings.
struct Kernel {
  std::string version;            ///< "6.1.0-28-cloud-amd64"
  std::filesystem::path image;    ///< ROOT/boot/vmlinuz-VERSION
  std::filesystem::path modules;  ///< ROOT/lib/modules/VERSION
};

/// The newest kernel in a root (by Debian's version order of `sort -V` on its name). Throws lucie::Error when
/// there is none.
Kernel find_kernel(const std::filesystem::path& root);

/// The small root from which a node finds its NFS root: busybox, network and NFS modules, and `init` of
/// templates/initrd. Uncompressed cpio. `root`: the NFS root, whose kernel and busybox are taken.
/// Throws EnvironmentError when a file is missing.
std::string make_initrd(const std::filesystem::path& root, const std::filesystem::path& templates);

/// Compresses with the program zstd, into `file` in one step.
void write_compressed(const std::string& archive, const std::filesystem::path& file);

}  // namespace lucie::setup
