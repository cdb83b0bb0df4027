#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "setup/network.hpp"

namespace lucie::setup {

/// Where the NFS roots really lie: `STATE/exports/nfsroot/INSTALLER`. `STATE/nfsroot` is a symbolic link to
/// it, and `STATE/exports` holds nothing else, so that it can be the root of what NFSv4 clients see.
std::filesystem::path nfsroot_folder(const std::filesystem::path& state);

/// Configuration of nfs-ganesha: each installer's NFS root read-only under `/nfsroot/INSTALLER`, NFSv4 alone.
std::string ganesha_configuration(const std::vector<std::string>& installers,
                                  const std::vector<ServedNetwork>& served,
                                  const std::filesystem::path& templates, const std::filesystem::path& state);

/// The same for the kernel's server, for /etc/exports.d (exports(5)).
std::string kernel_exports(const std::vector<std::string>& installers,
                           const std::vector<ServedNetwork>& served, const std::filesystem::path& templates,
                           const std::filesystem::path& state);

}  // namespace lucie::setup
