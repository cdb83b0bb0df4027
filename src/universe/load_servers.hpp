#pragma once

#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/reporter.hpp"
#include "universe/apt_server.hpp"
#include "universe/universe_state.hpp"

/// The part of opening a universe that differs between apt and rpm-md servers.
namespace lucie::universe {

/// Will add a cached index to the pool as a repository of that server. The file is opened now: other programs
/// may take it away meanwhile.
void add_index(Universe::State& state, const CachedIndex& index, const std::string& server);

/// Held while the cache of package servers is looked into or changed.
base::FileLock lock_cache(const std::filesystem::path& folder, base::Reporter& reporter);

/// Add what the servers offer, and to `identity` the hashes of their indices; `state.load_contents` is set.
void load_apt_servers(Universe::State& state, const std::vector<config::PackageServer>& servers,
                      const ServerOptions& options, base::Sha256& identity, base::Reporter& reporter);
/// `state.base_names` is set too.
void load_rpm_servers(Universe::State& state, const std::vector<config::PackageServer>& servers,
                      const ServerOptions& options, base::Sha256& identity, base::Reporter& reporter);

/// Will add the packages of a folder, in the order of their names; they come before those of any server.
void add_local(Universe::State& state, const std::filesystem::path& folder, base::Sha256& identity);

}  // namespace lucie::universe
