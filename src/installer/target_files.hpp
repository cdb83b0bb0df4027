#pragma once

#include <filesystem>
#include <string>

#include "wire/slice.hpp"

namespace lucie::installer {

/// Files that make a root file system this node's: /etc/fstab (from RUN/fstab, which `mount` wrote),
/// /etc/hostname and /etc/resolv.conf. Written by `extrbase`, so that packages find them when they are
/// configured, and again by `configure`, which may run without it.
void write_identity(const std::filesystem::path& target, const std::filesystem::path& run,
                    const wire::Slice& slice);

/// The text of /etc/resolv.conf.
std::string resolv_conf(const wire::Slice& slice);

/// The text of a systemd.network(5) file for the node's address, matched by its MAC address.
std::string network_file(const wire::Slice& slice);

/// Writes a file of the node, whose folder is made if needed; replaces a symbolic link rather than following
/// it out of the target.
void write_target_file(const std::filesystem::path& target, const std::filesystem::path& inside,
                       const std::string& content, unsigned mode = 0644);

}  // namespace lucie::installer
