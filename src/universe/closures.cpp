#include <algorithm>

#include "universe/exclusive.hpp"
#include "universe/remembered.hpp"
#include "universe/universe_state.hpp"

/// Questions about what can be installed, each answered in the part of the universe that it can touch.
namespace lucie::universe {

using Names = std::vector<std::string>;

Universe::State::Part Universe::State::part(const Names& of_names) const {
  std::vector<Id> roots;
  for (const std::string& name : of_names) roots.push_back(parse_wanted(pool.get(), name));
  std::vector<Id> part_originals;
  PackagePool part_pool = pool.subset(pool.closure(roots), part_originals);
  return {{of_names.begin(), of_names.end()}, std::move(part_pool), std::move(part_originals)};
}

bool Universe::State::covers(const Names& of_names) {
  prepare_now();
  return prepared && std::ranges::all_of(of_names, [this](const std::string& name) {
           return prepared->names.contains(name);
         });
}

const std::string& Universe::State::name(Id id) {
  const std::string*& known = name_of[id];
  if (known == nullptr) known = &*names.emplace(pool_id2str(pool.get(), id)).first;
  return *known;
}

const std::vector<Id>& Universe::State::excluded_by(Id of_package) {
  const auto [place, fresh] = excluded.try_emplace(of_package);
  if (!fresh) return place->second;
  std::set<Id> found;
  for (const Id conflict : pool.conflicts(of_package)) {
    if (ISRELDEP(conflict)) continue;
    for (const Id other : pool.providers(conflict)) found.insert(pool.get()->solvables[other].name);
  }
  place->second.assign(found.begin(), found.end());
  return place->second;
}

/// `packages`: of a closure, as they are in `pool`.
Names Universe::State::excluded_by(const std::vector<Id>& packages) {
  const auto name_id = [this](Id package) { return pool.get()->solvables[package].name; };
  if (!base_closure) {
    const Part base = part({});
    base_closure.emplace();
    for (const Id id : universe::solve(base.pool, {}).packages)
      base_closure->insert(name_id(base.originals[static_cast<std::size_t>(id)]));
  }
  std::set<Id> own;
  for (const Id package : packages) own.insert(name_id(package));
  std::set<Id> found;
  for (const Id package : packages) {
    if (base_closure->contains(name_id(package))) continue;
    for (const Id excluded_name : excluded_by(package))
      if (!own.contains(excluded_name)) found.insert(excluded_name);
  }
  Names sorted;
  for (const Id id : found) sorted.push_back(name(id));
  std::ranges::sort(sorted);
  return sorted;
}

Closure Universe::State::closure(const Names& of_names) {
  const bool covered = covers(of_names);
  std::optional<Part> own;
  if (!covered) own = part(of_names);
  const Part& in = covered ? *prepared : *own;
  Answer answer = universe::solve(in.pool, of_names);
  Closure found{answer.installable, {}, {}, std::move(answer.reasons)};
  if (!found.installable) return found;
  std::vector<Id> packages;
  std::vector<NameSet::Name> closure_names;
  for (const Id id : answer.packages) {
    packages.push_back(in.originals[static_cast<std::size_t>(id)]);
    closure_names.emplace_back(name(pool.get()->solvables[packages.back()].name));
  }
  std::ranges::sort(closure_names,
                    [](const std::string& one, const std::string& other) { return one < other; });
  found.names = NameSet(std::move(closure_names));
  found.excluded = excluded_by(packages);
  if (covered) solved[of_names] = std::move(answer.packages);
  return found;
}

/// The packages that the names bring in the pool of `prepared`.
const std::vector<Id>& Universe::State::solve_prepared(const Names& of_names) {
  const auto known = solved.find(of_names);
  if (known != solved.end()) return known->second;
  return solved.emplace(of_names, universe::solve(prepared->pool, of_names).packages).first->second;
}

Verdict Universe::solve(const Names& names) const {
  const bool covered = state_->covers(names);
  std::optional<State::Part> own;
  if (!covered) own = state_->part(names);
  const State::Part& in = covered ? *state_->prepared : *own;
  Answer answer = universe::solve(in.pool, names);
  Verdict verdict{answer.installable, {}, std::move(answer.reasons)};
  for (const Id id : answer.packages)
    verdict.packages.push_back(state_->package(in.originals[static_cast<std::size_t>(id)]));
  return verdict;
}

void Universe::State::prepare_now() {
  ready();
  if (!to_prepare) return;
  Names readable;
  for (const std::string& name : *to_prepare) {
    try {
      parse_wanted(pool.get(), name);
      readable.push_back(name);
    } catch (const Error&) {  // told when it is asked for
    }
  }
  to_prepare.reset();
  solved.clear();
  prepared = part(readable);
}

void Universe::prepare(const Names& names) {
  state_->to_prepare = names;
}

const Closure& Universe::closure(const Names& names) {
  const auto known = state_->closures.find(names);
  if (known != state_->closures.end()) return known->second;
  const std::string key = question("closure", names);
  Closure found;
  if (const auto kept = state_->answers->find(key)) {
    PackedClosure packed = unpacked_closure(*kept);
    std::vector<NameSet::Name> of_closure;
    for (std::string& name : packed.names)
      of_closure.emplace_back(*state_->names.insert(std::move(name)).first);
    found = {packed.installable, NameSet(std::move(of_closure)), std::move(packed.excluded),
             std::move(packed.reasons)};
  } else {
    found = state_->closure(names);
    state_->answers->keep(key, packed_closure(found));
  }
  return state_->closures.emplace(names, std::move(found)).first->second;
}

ComparedPairs Universe::compare_pairs(const std::vector<WantedList>& lists) {
  const std::string key = question(lists);
  if (const auto known = state_->answers->find(key)) return unpacked_pairs(*known);
  Names all;
  for (const WantedList& list : lists) all.insert(all.end(), list.names.begin(), list.names.end());
  if (!state_->covers(all)) {
    prepare(all);
    state_->prepare_now();
  }
  std::vector<std::vector<Id>> packages;
  for (const WantedList& list : lists) packages.push_back(state_->solve_prepared(list.names));
  ComparedPairs found = universe::compare_pairs(state_->prepared->pool, lists, packages);
  state_->answers->keep(key, packed_pairs(found));
  return found;
}

}  // namespace lucie::universe
