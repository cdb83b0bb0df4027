#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "config/cluster.hpp"
#include "universe/apt_server.hpp"

namespace lucie::universe {

/// The ending of files that `write_contents` made in the cache; counts up when something else is kept in
/// them.
inline constexpr const char* contents_ending = ".1contents";

/// Where Contents indices of a server may lie below its Release file, without the ending of their
/// compression.
std::vector<std::string> contents_paths(const config::PackageServer& server, const std::string& architecture);

/// The SHA-256 of the Contents that the server's Release file names, in their order.
std::vector<std::string> contents_hashes(const CachedServer& cached, const ServerOptions& options);

/// Fetches and reads what is missing of a server's Contents, so that `update_contents` finds it there. What
/// cannot be had is left to that one to tell.
void fetch_contents(const CachedServer& cached, const ServerOptions& options, base::Reporter& reporter);

/// Brings the Contents of one server in the cache up to date and returns the files that `Contents` reads;
/// none when the server has none. What cannot be had anew is taken as it was fetched before; throws
/// EnvironmentError when it never was. The caller holds the cache's lock.
std::vector<std::filesystem::path> update_contents(const CachedServer& cached, const ServerOptions& options,
                                                   base::Reporter& reporter);

}  // namespace lucie::universe
