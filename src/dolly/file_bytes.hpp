#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace lucie::dolly {

/// `size` bytes at `offset` of an open file. Throws EnvironmentError that names `path`, also when the file
/// ends before.
std::string read_exactly(int file, std::uint64_t offset, std::size_t size, const std::filesystem::path& path);

/// Throws EnvironmentError that names `path`.
void write_exactly(int file, std::uint64_t offset, std::string_view content,
                   const std::filesystem::path& path);

}  // namespace lucie::dolly
