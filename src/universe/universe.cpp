#include "universe/universe.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <unordered_map>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "universe/apt_server.hpp"
#include "universe/own_release.hpp"
#include "universe/solver.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;

/// A deb that was added from a local folder.
struct LocalPackage {
  fs::path file;
  std::string sha256;
  std::uint64_t size = 0;
};

struct Universe::State {
  std::string target, identity;
  PackagePool pool;
  std::map<const ::Repo*, std::vector<std::string>> bases;  ///< addresses that its files are below
  std::map<Id, LocalPackage> local;
  /// The closure of the roots of `prepare_pairs`, and for each of its packages the one in `pool`.
  std::optional<PackagePool> pairs;
  std::vector<Id> originals;
  std::set<std::string> pair_roots;  ///< the names that the closure was made for

  mutable std::unordered_map<Id, Package> made;

  State(std::string of_target, const std::string& architecture)
      : target(std::move(of_target)), pool(architecture) {}

  /// Made once for each package: closures have much in common.
  const Package& package(Id id) const;
  Verdict verdict(Answer answer, const std::vector<Id>* originals_of) const;
  Id find(const Package& package) const;
};

namespace {

Package from_index(::Solvable* solvable, const std::vector<std::string>& bases) {
  Package package;
  const char* const location = solvable_get_location(solvable, nullptr);
  package.file = location == nullptr ? "" : location;
  if (package.file.starts_with("./")) package.file.erase(0, 2);
  Id type = 0;
  const char* const checksum = solvable_lookup_checksum(solvable, SOLVABLE_CHECKSUM, &type);
  if (checksum != nullptr && type == REPOKEY_TYPE_SHA256) package.sha256 = checksum;
  package.size = solvable_lookup_num(solvable, SOLVABLE_DOWNLOADSIZE, 0);
  for (const std::string& base : bases) package.uris.push_back(base + package.file);
  return package;
}

Package from_file(const LocalPackage& local) {
  return {{}, {}, {}, local.file.string(), local.sha256, local.size, {"file://" + local.file.string()}};
}

}  // namespace

const Package& Universe::State::package(Id id) const {
  if (const auto known = made.find(id); known != made.end()) return known->second;
  ::Pool* const raw = pool.get();
  ::Solvable* const solvable = raw->solvables + id;
  const auto found = local.find(id);
  Package package =
      found == local.end() ? from_index(solvable, bases.at(solvable->repo)) : from_file(found->second);
  package.name = pool_id2str(raw, solvable->name);
  package.version = pool_id2str(raw, solvable->evr);
  package.architecture = pool_id2str(raw, solvable->arch);
  return made.emplace(id, std::move(package)).first->second;
}

Verdict Universe::State::verdict(Answer answer, const std::vector<Id>* originals_of) const {
  Verdict verdict;
  verdict.installable = answer.installable;
  verdict.reasons = std::move(answer.reasons);
  for (const Id id : answer.packages)
    verdict.packages.push_back(
        package(originals_of == nullptr ? id : (*originals_of)[static_cast<std::size_t>(id)]));
  return verdict;
}

/// 0 when it is not in this universe.
Id Universe::State::find(const Package& package) const {
  const Id name = pool_str2id(pool.get(), package.name.c_str(), 0);
  if (name == 0) return 0;
  for (const Id id : pool.providers(name)) {
    const ::Solvable& solvable = pool.get()->solvables[id];
    if (solvable.name == name && package.version == pool_id2str(pool.get(), solvable.evr)) return id;
  }
  return 0;
}

Universe::Universe(std::unique_ptr<State> state) : state_(std::move(state)) {}
Universe::Universe(Universe&&) noexcept = default;
Universe::~Universe() = default;

const std::string& Universe::target() const {
  return state_->target;
}

const std::string& Universe::identity() const {
  return state_->identity;
}

std::size_t Universe::size() const {
  std::size_t count = 0;
  const ::Pool* const pool = state_->pool.get();
  for (int i = 1; i < pool->nrepos; ++i)
    if (pool->repos[i] != nullptr) count += static_cast<std::size_t>(pool->repos[i]->nsolvables);
  return count;
}

bool Universe::offers(const std::string& name) const {
  const Id id = pool_str2id(state_->pool.get(), name.c_str(), 0);
  return id != 0 && !state_->pool.providers(id).empty();
}

std::vector<std::string> Universe::names() const {
  std::set<std::string> names;
  ::Pool* const pool = state_->pool.get();
  for (Id id = 2; id < pool->nsolvables; ++id)
    if (pool->solvables[id].repo != nullptr && pool_installable(pool, pool->solvables + id) != 0)
      names.insert(state_->pool.name(id));
  return {names.begin(), names.end()};
}

std::optional<Package> Universe::candidate(const std::string& name) const {
  const Id id = pool_str2id(state_->pool.get(), name.c_str(), 0);
  const Id best = id == 0 ? 0 : state_->pool.candidate(id);
  if (best == 0) return {};
  return state_->package(best);
}

std::vector<std::string> Universe::base_set() const {
  std::vector<std::string> names;
  for (const Id name : state_->pool.base()) names.emplace_back(pool_id2str(state_->pool.get(), name));
  return names;
}

Verdict Universe::solve(const std::vector<std::string>& names) const {
  return state_->verdict(universe::solve(state_->pool, names), nullptr);
}

void Universe::prepare_pairs(const std::vector<std::vector<std::string>>& roots) {
  std::vector<Id> dependencies;
  state_->pair_roots.clear();
  for (const auto& names : roots) {
    for (const std::string& name : names) {
      if (!state_->pair_roots.insert(name).second) continue;
      dependencies.push_back(parse_wanted(state_->pool.get(), name));
    }
  }
  state_->pairs = state_->pool.subset(state_->pool.closure(dependencies), state_->originals);
}

Verdict Universe::solve_pair(const std::vector<std::string>& left,
                             const std::vector<std::string>& right) const {
  std::vector<std::string> both = left;
  both.insert(both.end(), right.begin(), right.end());
  const auto prepared = [this](const std::string& name) { return state_->pair_roots.contains(name); };
  if (!state_->pairs || !std::ranges::all_of(both, prepared)) return solve(both);
  return state_->verdict(universe::solve(*state_->pairs, both), &state_->originals);
}

std::vector<std::string> Universe::excluded_by(const std::vector<Package>& closure) const {
  const PackagePool& pool = state_->pool;
  std::set<std::string> own, base, names;
  for (const Package& package : closure) own.insert(package.name);
  for (const Package& package : solve({}).packages) base.insert(package.name);
  for (const Package& package : closure) {
    const Id id = base.contains(package.name) ? 0 : state_->find(package);
    if (id == 0) continue;
    for (const Id conflict : pool.conflicts(id)) {
      if (ISRELDEP(conflict)) continue;
      for (const Id excluded : pool.providers(conflict))
        if (!own.contains(pool.name(excluded))) names.insert(pool.name(excluded));
    }
  }
  return {names.begin(), names.end()};
}

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
