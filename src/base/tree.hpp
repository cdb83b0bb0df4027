#pragma once

#include <filesystem>
#include <string>

namespace lucie::base {

/// SHA-256 over the names, kinds, modes and contents of all that is in a folder.
std::string tree_hash(const std::filesystem::path& folder);

}  // namespace lucie::base
