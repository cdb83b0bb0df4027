#pragma once

#include <filesystem>

#include "base/files.hpp"

namespace lucie::daemon {

/// Opens a regular file below `folder`; nothing that leads out of it, neither `..` nor a symbolic link
/// (openat2(2), RESOLVE_BENEATH). An invalid descriptor when there is no such file.
base::FileDescriptor open_below(const std::filesystem::path& folder, const std::filesystem::path& file);

}  // namespace lucie::daemon
