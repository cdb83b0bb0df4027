#pragma once

#include <filesystem>
#include <string_view>

#include "base/files.hpp"

/// Files of a repository that nobody reads yet: many are written and brought to the disk together, which is
/// far quicker than one by one.
namespace lucie::metapackage {

/// create_directories with an EnvironmentError that names the folder; others may read what is made, as web
/// servers must.
void make_folder(const std::filesystem::path& folder);
/// A new file, mode 0644. Not yet on the disk. Throws EnvironmentError.
void write_new_file(const std::filesystem::path& file, std::string_view content);
/// The folder, open for reading. Throws EnvironmentError.
base::FileDescriptor open_folder(const std::filesystem::path& folder);
/// Brings all that was written to the file system of `folder` to the disk.
void sync_file_system(const std::filesystem::path& folder);
void rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lucie::metapackage
