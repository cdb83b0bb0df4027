#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "config/cluster.hpp"
#include "universe/release.hpp"

namespace lucie::universe {

/// A Packages index that lies in the cache as `.solv`.
struct CachedIndex {
  std::string sha256;  ///< of the index as the server offers it
  std::filesystem::path solv;
  std::vector<std::string> base;  ///< addresses that the index's file names are below, each ending in '/'
  int priority = 500;
};

struct ServerOptions {
  std::filesystem::path folder;  ///< of the cache, for package servers
  std::string architecture;
  bool refresh = true;
  int fresh_for_seconds = 3600;
  bool skip_not_automatic = false;  ///< leave out suites that say NotAutomatic
  bool with_contents = false;       ///< when indices are fetched, Contents are fetched beside them
};

/// What the cache knows of one apt package server.
struct CachedServer {
  config::PackageServer server;
  std::vector<CachedIndex> indices;
  Release release;
  std::filesystem::path folder;  ///< of the cache, its own
};

/// The addresses of a file that the Release file names, in the order in which they are to be tried.
std::vector<std::string> index_addresses(const config::PackageServer& server, const std::string& path,
                                         const Release::File& file, bool by_hash);

/// Brings the cache of one apt package server up to date and returns what is in it. Throws lucie::Error when
/// what the server says cannot be trusted or understood, EnvironmentError when it cannot be had and is not
/// cached. The caller holds the cache's lock.
CachedServer update_apt_server(const config::PackageServer& server, const ServerOptions& options,
                               base::Reporter& reporter);

}  // namespace lucie::universe
