#include "universe/universe.hpp"

#include <algorithm>

#include "universe/remembered.hpp"
#include "universe/universe_state.hpp"

namespace lucie::universe {
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

Universe::Universe(std::unique_ptr<State> state) : state_(std::move(state)) {}
Universe::Universe(Universe&&) noexcept = default;
Universe::~Universe() {
  if (state_) state_->answers->save();
}

/// What failed once is told to all who ask: a pool that is filled in part would answer wrongly.
void Universe::State::ready() {
  if (failure) std::rethrow_exception(failure);
  try {
    for (const auto& step : loading) step();
  } catch (...) {
    failure = std::current_exception();
    throw;
  }
  loading.clear();
}

bool Universe::remembered(const std::string& key, const std::function<bool()>& find) const {
  if (const auto known = state_->answers->find(key)) return *known == "yes";
  state_->ready();
  const bool found = find();
  state_->answers->keep(key, found ? "yes" : "no");
  return found;
}

Owners Universe::owners(const std::string& key, const std::function<Owners(const Contents&)>& find) {
  if (const auto known = state_->answers->find(key)) return unpacked_owners(*known);
  const Contents& known = contents();
  Owners found = find(known);
  if (known.current) state_->answers->keep(key, packed_owners(found));
  return found;
}

const std::string& Universe::target() const {
  return state_->target;
}

PackageFormat Universe::format() const {
  return state_->pool.format();
}

const std::string& Universe::identity() const {
  return state_->identity;
}

std::size_t Universe::size() const {
  state_->ready();
  std::size_t count = 0;
  const ::Pool* const pool = state_->pool.get();
  for (int i = 1; i < pool->nrepos; ++i)
    if (pool->repos[i] != nullptr) count += static_cast<std::size_t>(pool->repos[i]->nsolvables);
  return count;
}

bool Universe::offers(const std::string& name) const {
  return remembered(question("offers", {name}), [&] {
    const Id id = pool_str2id(state_->pool.get(), name.c_str(), 0);
    return id != 0 && !state_->pool.providers(id).empty();
  });
}

std::vector<std::string> Universe::names() const {
  state_->ready();
  std::set<std::string> names;
  ::Pool* const pool = state_->pool.get();
  for (Id id = 2; id < pool->nsolvables; ++id)
    if (pool->solvables[id].repo != nullptr && pool_installable(pool, pool->solvables + id) != 0)
      names.insert(state_->pool.name(id));
  return {names.begin(), names.end()};
}

bool Universe::has_candidate(const std::string& name) const {
  return remembered(question("candidate", {name}), [&] { return candidate(name).has_value(); });
}

std::optional<Package> Universe::candidate(const std::string& name) const {
  state_->ready();
  const Id id = pool_str2id(state_->pool.get(), name.c_str(), 0);
  const Id best = id == 0 ? 0 : state_->pool.candidate(id);
  if (best == 0) return {};
  return state_->package(best);
}

std::vector<std::string> Universe::servers() const {
  return state_->server_names;
}

bool Universe::offered_by(const std::string& server, const std::string& name) const {
  return remembered(question("offered by", {server, name}), [&] {
    const Id id = pool_str2id(state_->pool.get(), name.c_str(), 0);
    if (id == 0) return false;
    const std::vector<Id> packages = state_->pool.providers(id);
    return std::ranges::any_of(packages, [&](Id package) {
      const ::Solvable& solvable = state_->pool.get()->solvables[package];
      const auto found = state_->servers.find(solvable.repo);
      return solvable.name == id && found != state_->servers.end() && found->second == server;
    });
  });
}

const Contents& Universe::contents() {
  if (!state_->contents) state_->contents = state_->load_contents();
  return *state_->contents;
}

std::string Universe::why_no_contents() {
  const std::string key = question("contents");
  if (state_->answers->find(key)) return {};
  const Contents& known = contents();
  if (known.available() && known.current) state_->answers->keep(key, "there");
  return known.why_missing();
}

Owners Universe::owners_of_file(const std::string& path) {
  return owners(question("file", {path}), [&](const Contents& known) { return known.file(path); });
}

Owners Universe::owners_of_program(const std::string& name) {
  return owners(question("program", {name}), [&](const Contents& known) { return known.program(name); });
}

bool Universe::files_unknown(const std::string& package) {
  const std::string key = question("files unknown", {package});
  if (const auto known = state_->answers->find(key)) return *known == "yes";
  const Contents& known = contents();
  state_->ready();
  const Id name = pool_str2id(state_->pool.get(), package.c_str(), 0);
  const std::vector<Id> packages = name == 0 ? std::vector<Id>() : state_->pool.providers(name);
  const bool unknown = name != 0 && std::ranges::all_of(packages, [&](Id id) {
                         const ::Solvable& solvable = state_->pool.get()->solvables[id];
                         const auto server = state_->servers.find(solvable.repo);
                         return solvable.name != name || server == state_->servers.end() ||  // a local file
                                known.unindexed_servers.contains(server->second);
                       });
  if (known.current) state_->answers->keep(key, unknown ? "yes" : "no");
  return unknown;
}

std::vector<std::string> Universe::base_set() const {
  const std::string key = question("base");
  if (const auto known = state_->answers->find(key)) return unpacked_names(*known);
  state_->ready();
  std::vector<std::string> names;
  for (const Id name : state_->pool.base()) names.emplace_back(pool_id2str(state_->pool.get(), name));
  state_->answers->keep(key, packed_names(names));
  return names;
}

}  // namespace lucie::universe
