#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/files.hpp"

/// Listening sockets, for the server only.
namespace lucie::net {

/// Throws EnvironmentError ("listen on 10.0.0.1:80: Permission denied").
base::FileDescriptor listen_tcp(const std::string& address, std::uint16_t port);
/// Mode 0600 from its first moment on; what stands there is removed.
base::FileDescriptor listen_unix(const std::filesystem::path& socket);

/// "10.0.0.1" of the other end or of our own; empty when it is no IPv4 connection.
std::string peer_address(int connection);
std::string local_address(int connection);
std::uint16_t local_port(int socket);

}  // namespace lucie::net
