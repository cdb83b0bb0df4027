#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "universe/apt_server.hpp"
#include "universe/contents_fetch.hpp"
#include "universe/own_release.hpp"
#include "universe/universe_state.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;
namespace {

/// The servers of the target, and whether they are the machine's own.
std::pair<std::vector<config::PackageServer>, bool> servers_of(
    const std::string& target, const std::vector<config::PackageServer>& servers) {
  std::vector<config::PackageServer> found;
  for (const config::PackageServer& server : servers)
    if (server.target == target && server.kind == "apt") found.push_back(server);
  if (!found.empty()) return {found, false};
  found = own_package_servers(target);
  if (!found.empty()) return {found, true};
  Error error(fmt::format("no package server is known for target '{}'", target));
  error.hint(
      fmt::format("define a package_server with `target {}`{}", target,
                  target == own_release().target ? "; apt's own sources name no suite of this release" : ""));
  throw error;
}

/// Adds the debs of a folder, in the order of their names; returns their hashes.
std::vector<std::string> add_local(Universe::State& state, const fs::path& folder) {
  std::vector<fs::path> files;
  if (!folder.empty() && fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".deb") files.push_back(fs::absolute(entry.path()).lexically_normal());
  std::ranges::sort(files);
  std::vector<std::string> hashes;
  if (files.empty()) return hashes;
  ::Repo* const repo = repo_create(state.pool.get(), "local");
  repo->priority = 1000;  // Lucie's own programs are taken from nowhere else
  for (const fs::path& file : files) {
    const Id id = repo_add_deb(repo, file.c_str(), REPO_REUSE_REPODATA | REPO_NO_INTERNALIZE);
    if (id == 0) throw Error(fmt::format("{}: {}", file.string(), pool_errstr(state.pool.get())));
    hashes.push_back(base::sha256_file_hex(file));
    state.local[id] = {file, hashes.back(), fs::file_size(file)};
  }
  repo_internalize(repo);
  return hashes;
}

void make_cache(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (!failure) return;
  EnvironmentError error(fmt::format("make the cache folder {}: {}", folder.string(), failure.message()));
  error.hint("run as root, or set LUCIE_CACHE to a folder of your own");
  throw error;
}

void add_index(Universe::State& state, const CachedIndex& index, const std::string& server) {
  ::Repo* const repo = add_solv(state.pool.get(), index.solv, index.base.front());
  repo->priority = index.priority;
  state.bases[repo] = index.base;
  state.servers[repo] = server;
}

void add_additional(std::vector<config::PackageServer>& servers, const std::string& target,
                    const std::vector<config::PackageServer>& additional) {
  for (const config::PackageServer& server : additional) {
    const bool known = std::ranges::count(servers, server.name, &config::PackageServer::name) > 0;
    if (!known && server.target == target && server.kind == "apt") servers.push_back(server);
  }
}

/// Leaves out what other servers have of the packages that are to come from one.
void apply_origins(Universe::State& state, const std::map<std::string, std::string>& origins,
                   base::Sha256& identity) {
  ::Pool* const pool = state.pool.get();
  std::map<std::pair<Id, std::string>, std::vector<Id>> packages;  // by name and server
  for (Id id = 2; id < pool->nsolvables; ++id) {
    const ::Solvable& solvable = pool->solvables[id];
    if (solvable.repo == nullptr || !origins.contains(pool_id2str(pool, solvable.name))) continue;
    const auto server = state.servers.find(solvable.repo);
    if (server != state.servers.end()) packages[{solvable.name, server->second}].push_back(id);
  }
  for (const auto& [name, server] : origins) {
    identity.add(fmt::format("{} from {}\n", name, server));
    const Id id = pool_str2id(pool, name.c_str(), 0);
    if (id == 0 || !packages.contains({id, server})) continue;
    for (const auto& [key, ids] : packages) {
      if (key.first != id || key.second == server) continue;
      for (const Id other : ids) repo_free_solvable(pool->solvables[other].repo, other, 0);
    }
  }
}

base::FileLock lock_cache(const fs::path& folder, base::Reporter& reporter) {
  return base::FileLock(folder / "lock", [&] {
    reporter.progress("waiting for another program to update the package indices", -1);
  });
}

/// The Contents of all servers; what cannot be had is told in it.
Contents load_contents(const std::vector<CachedServer>& servers, const AptOptions& options,
                       base::Reporter& reporter) {
  const base::FileLock lock = lock_cache(options.folder, reporter);
  Contents contents;
  std::string why = "its package servers have no Contents index";
  for (const CachedServer& server : servers) {
    try {
      const auto files = update_contents(server, options, reporter);
      for (const fs::path& file : files) contents.add(file);
      if (files.empty()) contents.unindexed_servers.insert(server.server.name);
    } catch (const EnvironmentError& error) {
      why = error.what();
      contents.unindexed_servers.insert(server.server.name);
    }
  }
  return contents.unindexed_servers.size() < servers.size() ? std::move(contents) : Contents(why);
}

}  // namespace

Universe open_universe(const std::string& target, const std::vector<config::PackageServer>& servers,
                       const OpenOptions& options, base::Reporter& reporter) {
  auto [found, own] = servers_of(target, servers);
  add_additional(found, target, options.additional);
  AptOptions apt{options.cache / "universe", options.architecture, options.refresh, options.fresh_for_seconds,
                 own};
  make_cache(apt.folder);
  const base::FileLock lock = lock_cache(apt.folder, reporter);
  auto state = std::make_unique<Universe::State>(target, options.architecture);
  base::Sha256 identity;
  std::vector<CachedServer> cached;
  for (const config::PackageServer& server : found) {
    state->server_names.push_back(server.name);
    cached.push_back(update_apt_server(server, apt, reporter));
    for (const CachedIndex& index : cached.back().indices) {
      add_index(*state, index, server.name);
      identity.add(index.sha256 + "\n");
    }
    for (const std::string& hash : contents_hashes(cached.back(), apt)) identity.add(hash + "\n");
  }
  for (const std::string& hash : add_local(*state, options.local_packages)) identity.add(hash + "\n");
  apply_origins(*state, options.origins, identity);
  state->identity = identity.finish_hex();
  state->pool.finish();
  state->load_contents = [cached = std::move(cached), apt, &reporter] {
    return load_contents(cached, apt, reporter);
  };
  return Universe(std::move(state));
}

}  // namespace lucie::universe
