#pragma once

#include <filesystem>
#include <string>

namespace lucie::setup {

/// SHA-256 over the names, kinds, modes and contents of all that is in a folder.
std::string tree_hash(const std::filesystem::path& folder);

/// A copy of an LMP's tree under STATE/lmp/HASH, which nothing changes afterwards.
void snapshot_tree(const std::filesystem::path& folder, const std::filesystem::path& snapshot);

/// Exchanges `fresh` and `place` in one step (renameat2(2)), or moves `fresh` there when there is nothing
/// yet, and removes what was there.
void swap_in(const std::filesystem::path& fresh, const std::filesystem::path& place);

}  // namespace lucie::setup
