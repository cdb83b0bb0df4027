#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace lucie::config {

/// MAC addresses by host, of a `mac_file`: lines `HOST,MAC`, blank lines and lines that begin with `#`.
/// Throws EnvironmentError if it cannot be read.
std::map<std::string, std::string> read_mac_file(const std::filesystem::path& file,
                                                 std::vector<Fault>& faults);

}  // namespace lucie::config
