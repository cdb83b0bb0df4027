#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace lucie::dolly {

/// Fills `buffer` with what lies at `offset` of an open file. Throws EnvironmentError that names `path`, also
/// when the file ends before.
void read_exactly(int file, std::uint64_t offset, std::span<char> buffer, const std::filesystem::path& path);

/// Writes the pieces one after the other. Throws EnvironmentError that names `path`.
void write_exactly(int file, std::uint64_t offset, std::span<const std::string_view> pieces,
                   const std::filesystem::path& path);

}  // namespace lucie::dolly
