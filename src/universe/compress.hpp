#pragma once

#include <string>

namespace lucie::universe {

/// The content as an .xz file.
std::string compress_xz(const std::string& content);

}  // namespace lucie::universe
