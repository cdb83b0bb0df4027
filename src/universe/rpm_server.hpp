#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "config/cluster.hpp"
#include "universe/apt_server.hpp"

namespace lucie::universe {

/// What the cache knows of one rpm-md package server.
struct CachedRpmServer {
  config::PackageServer server;
  CachedIndex index;
  std::filesystem::path contents;          ///< for `Contents::add`
  std::vector<std::string> minimal_group;  ///< names of packages of the release's minimal group
};

/// Brings the cache of one rpm-md package server up to date and returns what is in it: repomd.xml, verified
/// by repomd.xml.asc against `signed_by`, and the primary index, file lists and groups that it names. Throws
/// lucie::Error when what the server says cannot be trusted or understood, EnvironmentError when it cannot be
/// had and is not cached. The caller holds the cache's lock.
CachedRpmServer update_rpm_server(const config::PackageServer& server, const ServerOptions& options,
                                  base::Reporter& reporter);

/// The base set of targets whose servers have no groups: what no rpm system is without.
std::vector<std::string> standard_minimal_group();

}  // namespace lucie::universe
