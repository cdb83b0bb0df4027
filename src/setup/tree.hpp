#pragma once

#include <filesystem>

namespace lucie::setup {

/// A copy of an LMP's tree under STATE/lmp/HASH, which nothing changes afterwards.
void snapshot_tree(const std::filesystem::path& folder, const std::filesystem::path& snapshot);

/// Exchanges `fresh` and `place` in one step (renameat2(2)), or moves `fresh` there when there is nothing
/// yet, and removes what was there.
void swap_in(const std::filesystem::path& fresh, const std::filesystem::path& place);

}  // namespace lucie::setup
