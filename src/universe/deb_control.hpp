#pragma once

#include <filesystem>
#include <string>

namespace lucie::universe {

/// The control file inside a deb (deb(5)), as it stands, ending with one newline. Throws lucie::Error when
/// the file is no deb.
std::string read_deb_control(const std::filesystem::path& deb);

}  // namespace lucie::universe
