#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/un.h>

namespace lucie::lab {

/// The address of a socket in the file system. Throws EnvironmentError when its path is too long for one.
sockaddr_un socket_address(const std::filesystem::path& path);

/// Connects standard input and output with a machine's serial console until the machine is switched off or
/// Ctrl-] is typed. A terminal is put into raw mode meanwhile. Throws EnvironmentError when the machine is
/// off.
void attach_console(const std::filesystem::path& socket);

/// The last line of a console's log that says something, at most `most` bytes of it, without what moves a
/// terminal's cursor: to tell how far a machine is that cannot tell it itself yet.
std::string last_console_line(std::string_view log, std::size_t most = 60);

}  // namespace lucie::lab
