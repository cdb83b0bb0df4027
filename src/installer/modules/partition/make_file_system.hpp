#pragma once

#include <string>
#include <vector>

namespace lucie::installer {

/// The command that makes a file system on a device, quickly: what may be written later is written later, and
/// the disk is not trimmed. Empty for "none". `boots`: a BIOS boot loader reads it. Throws lucie::Error for
/// unknown kinds.
std::vector<std::string> make_file_system_command(const std::string& file_system, const std::string& device,
                                                  bool boots);

}  // namespace lucie::installer
