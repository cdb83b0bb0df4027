#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lucie::config {

/// Whether an `include` names a pattern (glob(7)) rather than a file.
bool is_pattern(std::string_view text);

/// The plain files that a pattern names below a folder, sorted by their bytes.
std::vector<std::filesystem::path> matching_files(const std::filesystem::path& folder,
                                                  const std::string& pattern);

}  // namespace lucie::config
