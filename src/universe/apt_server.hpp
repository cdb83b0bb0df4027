#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "config/cluster.hpp"

namespace lucie::universe {

/// A Packages index that lies in the cache as `.solv`.
struct CachedIndex {
  std::string sha256;  ///< of the index as the server offers it
  std::filesystem::path solv;
  std::vector<std::string> base;  ///< addresses that the index's file names are below, each ending in '/'
  int priority = 500;
};

struct AptOptions {
  std::filesystem::path folder;  ///< of the cache, for package servers
  std::string architecture;
  bool refresh = true;
  int fresh_for_seconds = 3600;
  bool skip_not_automatic = false;  ///< leave out suites that say NotAutomatic
};

/// Brings the cache of one apt package server up to date and returns its indices. Throws lucie::Error when
/// what the server says cannot be trusted or understood, EnvironmentError when it cannot be had and is not
/// cached. The caller holds the cache's lock.
std::vector<CachedIndex> update_apt_server(const config::PackageServer& server, const AptOptions& options,
                                           base::Reporter& reporter);

}  // namespace lucie::universe
