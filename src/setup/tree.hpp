#pragma once

#include <filesystem>

namespace lucie::setup {

/// A copy of an LMP's tree under STATE/lmp/HASH, which nothing changes afterwards.
void snapshot_tree(const std::filesystem::path& folder, const std::filesystem::path& snapshot);

}  // namespace lucie::setup
