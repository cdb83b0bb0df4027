#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lucie::setup {

/// Becomes `command` inside `root`, in a mount namespace of its own with /proc, /sys, /dev and the machine's
/// resolv.conf: what it mounts goes when it ends. Returns only by throwing EnvironmentError.
[[noreturn]] void become_in_root(const std::filesystem::path& root, const std::vector<std::string>& command);

}  // namespace lucie::setup
