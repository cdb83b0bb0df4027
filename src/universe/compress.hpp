#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace lucie::universe {

/// The content as an .xz file.
std::string compress_xz(const std::string& content);

/// The content of a file that is plain or compressed (gz, xz, bz2, zst) as its name says. Throws
/// EnvironmentError when it cannot be opened, lucie::Error when it is damaged or longer than `limit` bytes.
std::string read_compressed(const std::filesystem::path& file, std::size_t limit = 1ULL << 32);

}  // namespace lucie::universe
