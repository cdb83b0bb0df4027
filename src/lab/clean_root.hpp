#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "config/cluster.hpp"

namespace lucie::lab {

/// What a clean root consists of.
struct RootRequest {
  std::vector<std::string> packages;           ///< beside Essential ones and apt
  std::vector<config::PackageServer> servers;  ///< of one release; the first one's suite is its code name
};

/// What our debs in `folder` need from the distribution: the first alternative of each dependency, without
/// versions, and without our own packages. Sorted, each once.
std::vector<std::string> dependencies_of_debs(const std::filesystem::path& folder);

/// The packages named in a Depends field, as `dependencies_of_debs` wants them.
std::vector<std::string> first_alternatives(const std::string& field);

/// The root of a freshly installed machine, made by mmdebstrap and kept in the cache under a name that tells
/// what went in. Made again only when it is not there; apt's package lists stay in it, so that apt works in
/// the lab without network. The caller must not change it. Throws EnvironmentError when it cannot be made.
std::filesystem::path clean_root(const RootRequest& request, const std::filesystem::path& cache,
                                 base::Reporter& reporter);

}  // namespace lucie::lab
