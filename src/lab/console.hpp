#pragma once

#include <filesystem>

namespace lucie::lab {

/// Connects standard input and output with a machine's serial console until the machine is switched off or
/// Ctrl-] is typed. A terminal is put into raw mode meanwhile. Throws EnvironmentError when the machine is
/// off.
void attach_console(const std::filesystem::path& socket);

}  // namespace lucie::lab
