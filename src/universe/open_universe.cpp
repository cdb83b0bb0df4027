#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "universe/apt_server.hpp"
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

void add_index(Universe::State& state, const CachedIndex& index) {
  ::Repo* const repo = add_solv(state.pool.get(), index.solv, index.base.front());
  repo->priority = index.priority;
  state.bases[repo] = index.base;
}

}  // namespace

Universe open_universe(const std::string& target, const std::vector<config::PackageServer>& servers,
                       const OpenOptions& options, base::Reporter& reporter) {
  const auto [found, own] = servers_of(target, servers);
  AptOptions apt{options.cache / "universe", options.architecture, options.refresh, options.fresh_for_seconds,
                 own};
  make_cache(apt.folder);
  const base::FileLock lock(apt.folder / "lock", [&] {
    reporter.progress("waiting for another program to update the package indices", -1);
  });
  auto state = std::make_unique<Universe::State>(target, options.architecture);
  base::Sha256 identity;
  for (const config::PackageServer& server : found) {
    for (const CachedIndex& index : update_apt_server(server, apt, reporter)) {
      add_index(*state, index);
      identity.add(index.sha256 + "\n");
    }
  }
  for (const std::string& hash : add_local(*state, options.local_packages)) identity.add(hash + "\n");
  state->identity = identity.finish_hex();
  state->pool.finish();
  return Universe(std::move(state));
}

}  // namespace lucie::universe
