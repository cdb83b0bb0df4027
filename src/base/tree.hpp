#pragma once

#include <filesystem>
#include <string>

namespace lucie::base {

/// SHA-256 over the names, kinds, modes and contents of all that is in a folder.
std::string tree_hash(const std::filesystem::path& folder);

/// Puts `fresh` in the place of `place` and removes what was there; in one step where the file system can
/// exchange two names (renameat2(2)). Both are on one file system. Throws EnvironmentError.
void swap_in(const std::filesystem::path& fresh, const std::filesystem::path& place);

/// Another name for a file, or where that cannot be (another file system) a copy of it, mode 0644. `to` must
/// not exist. Throws EnvironmentError.
void link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lucie::base
