#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <sys/stat.h>

namespace lucie::dolly {

/// What a file has beside its content and its permission bits.
struct Attributes {
  std::uint32_t owner = 0, group = 0;           ///< numbers
  std::int64_t changed = 0;                     ///< time of its last change, nanoseconds since 1970
  std::map<std::string, std::string> extended;  ///< extended attributes (xattr(7)), with their values' bytes

  bool operator==(const Attributes&) const = default;
};

/// Of a file that is there; symbolic links are not followed. `status` is what lstat said of it. Lucie's own
/// extended attributes are left out. Throws EnvironmentError.
Attributes read_attributes(const std::filesystem::path& path, const struct stat& status);

/// Gives an opened file these attributes and permission bits. Owners are given by root only, and extended
/// attributes that the file system does not know are left out. Throws EnvironmentError, which names `path`.
void give_attributes(int file, std::uint32_t mode, const Attributes& attributes,
                     const std::filesystem::path& path);
/// The same for what cannot be opened: links, pipes and device nodes. Symbolic links are not followed.
void give_attributes_at(int folder, const std::string& name, std::uint32_t mode, const Attributes& attributes,
                        const std::filesystem::path& path);

}  // namespace lucie::dolly
