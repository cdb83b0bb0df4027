#include <algorithm>
#include <fmt/format.h>

extern "C" {
#include <solv/solvversion.h>
}

#include "base/text.hpp"
#include "universe/load_servers.hpp"
#include "universe/own_release.hpp"
#include "universe/rpm_index.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;
namespace {

bool offers_packages(const config::PackageServer& server) {
  return server.kind == "apt" || server.kind == "rpm-md";
}

/// The servers of the target, and whether they are the machine's own.
std::pair<std::vector<config::PackageServer>, bool> servers_of(
    const std::string& target, const std::vector<config::PackageServer>& servers) {
  std::vector<config::PackageServer> found;
  for (const config::PackageServer& server : servers)
    if (server.target == target && offers_packages(server)) found.push_back(server);
  if (!found.empty()) return {found, false};
  found = own_package_servers(target);
  if (!found.empty()) return {found, true};
  Error error(fmt::format("no package server is known for target '{}'", target));
  error.hint(
      fmt::format("define a package_server with `target {}`{}", target,
                  target == own_release().target ? "; apt's own sources name no suite of this release" : ""));
  throw error;
}

void make_cache(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (!failure) return;
  EnvironmentError error(fmt::format("make the cache folder {}: {}", folder.string(), failure.message()));
  error.hint("run as root, or set LUCIE_CACHE to a folder of your own");
  throw error;
}

void add_additional(std::vector<config::PackageServer>& servers, const std::string& target,
                    const std::vector<config::PackageServer>& additional) {
  for (const config::PackageServer& server : additional) {
    const bool known = std::ranges::count(servers, server.name, &config::PackageServer::name) > 0;
    if (!known && server.target == target && offers_packages(server)) servers.push_back(server);
  }
}

/// Leaves out what other servers have of the packages that are to come from one.
void apply_origins(Universe::State& state, const std::map<std::string, std::string>& origins) {
  ::Pool* const pool = state.pool.get();
  std::map<std::pair<Id, std::string>, std::vector<Id>> packages;  // by name and server
  for (Id id = 2; id < pool->nsolvables; ++id) {
    const ::Solvable& solvable = pool->solvables[id];
    if (solvable.repo == nullptr || !origins.contains(pool_id2str(pool, solvable.name))) continue;
    const auto server = state.servers.find(solvable.repo);
    if (server != state.servers.end()) packages[{solvable.name, server->second}].push_back(id);
  }
  for (const auto& [name, server] : origins) {
    const Id id = pool_str2id(pool, name.c_str(), 0);
    if (id == 0 || !packages.contains({id, server})) continue;
    for (const auto& [key, ids] : packages) {
      if (key.first != id || key.second == server) continue;
      for (const Id other : ids) repo_free_solvable(pool->solvables[other].repo, other, 0);
    }
  }
}

/// The answers of earlier runs about a universe like this one. Not of rpms: their file lists have no part in
/// the identity.
std::unique_ptr<base::AnswerCache> answer_cache_of(const Universe::State& state, const ServerOptions& how,
                                                   const std::vector<config::PackageServer>& servers,
                                                   const fs::path& cache) {
  std::string where = fmt::format("{}\n{}\n", state.target, how.architecture), makers = where;
  for (const config::PackageServer& server : servers) {
    where += fmt::format("{} {} {}\n", server.name, base::join(server.uris, " "), server.suite);
    makers += fmt::format("{} {}\n", server.name, server.priority);
  }
  makers += fmt::format("{}\n{}\nlibsolv {}\n", state.identity, base::program_stamp(), solv_version);
  const bool remembered = state.pool.format() == PackageFormat::deb;
  return std::make_unique<base::AnswerCache>(remembered ? cache / "proofs" : fs::path(),
                                             "universe-" + base::sha256_hex(where).substr(0, 16), makers);
}

/// A target's packages are of one format.
PackageFormat format_of(const std::vector<config::PackageServer>& servers) {
  for (const config::PackageServer& server : servers) {
    if (server.kind == servers.front().kind) continue;
    Error error(fmt::format("package server '{}' is of kind {}, but '{}' for the same target is of kind {}",
                            server.name, server.kind, servers.front().name, servers.front().kind));
    error.at(server.position).hint("all package servers of a target are of one kind");
    throw error;
  }
  return servers.front().kind == "apt" ? PackageFormat::deb : PackageFormat::rpm;
}

}  // namespace

Universe open_universe(const std::string& target, const std::vector<config::PackageServer>& servers,
                       const OpenOptions& options, base::Reporter& reporter) {
  auto [found, own] = servers_of(target, servers);
  add_additional(found, target, options.additional);
  const PackageFormat format = format_of(found);
  const bool rpm = format == PackageFormat::rpm;
  const ServerOptions how{options.cache / "universe",
                          rpm ? rpm_architecture(options.architecture) : options.architecture,
                          options.refresh,
                          options.fresh_for_seconds,
                          own,
                          options.with_contents};
  make_cache(how.folder);
  const base::FileLock lock = lock_cache(how.folder, reporter);
  auto state = std::make_unique<Universe::State>(target, how.architecture, format);
  base::Sha256 identity;
  (rpm ? load_rpm_servers : load_apt_servers)(*state, found, how, identity, reporter);
  add_local(*state, options.local_packages, identity);
  for (const auto& [name, server] : options.origins) identity.add(fmt::format("{} from {}\n", name, server));
  state->loading.emplace_back([&filled = *state, origins = options.origins] {
    apply_origins(filled, origins);
    filled.pool.finish(filled.base_names);
  });
  state->identity = identity.finish_hex();
  if (options.remember) state->answers = answer_cache_of(*state, how, found, options.cache);
  return Universe(std::move(state));
}

}  // namespace lucie::universe
