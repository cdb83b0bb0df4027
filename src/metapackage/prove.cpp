#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

bool asks_for_packages(const Lmp& lmp) {
  return std::any_of(lmp.lists.begin(), lmp.lists.end(), [](const PackageList& list) {
    return !list.packages.empty() || !list.nfsroot_packages.empty();
  });
}

Relation declared(Relation::Kind kind, const Lmp& lmp, const Statement& statement) {
  Relation relation{.kind = kind, .from = lmp.name, .to = statement.name};
  if (kind == Relation::Kind::conflict && relation.to < relation.from) std::swap(relation.from, relation.to);
  relation.evidence.push_back({statement.position.file, statement.position.line,
                               fmt::format("{} says: because {}", lmp.name, statement.because)});
  return relation;
}

/// "b | a" as "a | b".
std::string sorted_alternatives(const std::string& text) {
  std::set<std::string> names;
  for (const std::string& name : base::split(text, '|')) names.emplace(base::trim(name));
  return base::join({names.begin(), names.end()}, " | ");
}

auto order(const Relation& relation) {
  return std::tie(relation.from, relation.to, relation.kind, relation.rule, relation.target, relation.when);
}

}  // namespace

Prover::Prover(const std::vector<Lmp>& collection, const Universes& universes)
    : collection_(collection), universes_(universes) {
  std::set<std::string> all;
  for (const Lmp& lmp : collection) {
    for (const std::string& target : lmp.targets()) all.insert(target);
  }
  if (all.empty()) all.insert(config::own_target());
  for (const Lmp& lmp : collection) {
    const std::vector<std::string> named = lmp.targets();
    targets_[lmp.name] = named.empty() ? std::vector<std::string>(all.begin(), all.end()) : named;
    if (!asks_for_packages(lmp)) continue;
    for (const std::string& target : targets(lmp)) cases_[{lmp.name, target}] = list_cases(lmp, target);
  }
}

std::vector<std::string> Prover::shared_targets(const std::vector<const Lmp*>& lmps) const {
  std::vector<std::string> shared = targets(*lmps.front());
  for (const Lmp* lmp : lmps) {
    const auto& others = targets(*lmp);
    std::erase_if(shared, [&](const std::string& target) { return std::ranges::count(others, target) == 0; });
  }
  return shared;
}

universe::Universe& Prover::opened(const std::string& target) {
  try {
    return universes_(target);
  } catch (Error& error) {  // a target that nobody offers is a fault of the list that names it
    for (const Lmp& lmp : collection_) {
      for (const PackageList& list : lmp.lists) {
        if (error.status() == ExitStatus::input && list.target == target) error.at(list.position);
      }
    }
    throw;
  }
}

universe::Universe& Prover::universe(const std::string& target) {
  const auto known = opened_.find(target);
  if (known != opened_.end()) return *known->second;
  universe::Universe& universe = opened(target);
  proof_.identities[target] = universe.identity();
  opened_[target] = &universe;
  return universe;
}

const Closure& Prover::closure(const std::string& target, const std::vector<std::string>& packages) {
  auto& of_target = closures_[target];
  const auto known = of_target.find(packages);
  if (known != of_target.end()) return known->second;
  Closure closure;
  try {
    closure.verdict = &universe(target).closure(packages);
    closure.installable = closure.verdict->installable;
    closure.names = closure.verdict->names;
  } catch (const EnvironmentError&) {
    throw;
  } catch (const Error& error) {  // an item that is no dependency at all
    closure.unreadable = error.fault();
  }
  return of_target.emplace(packages, std::move(closure)).first->second;
}

bool Prover::in_base_set(const std::string& target, const std::string& package) {
  const auto [known, fresh] = base_sets_.try_emplace(target);
  if (fresh) {
    const std::vector<std::string> names = universe(target).base_set();
    known->second = {names.begin(), names.end()};
  }
  return known->second.contains(package);
}

void Prover::prove_statements() {
  for (const Lmp& lmp : collection_) {
    for (Statement statement : lmp.depends) {
      statement.name = sorted_alternatives(statement.name);
      proof_.relations.push_back(declared(Relation::Kind::depends, lmp, statement));
    }
    for (const Statement& statement : lmp.conflicts) {
      proof_.relations.push_back(declared(Relation::Kind::conflict, lmp, statement));
    }
  }
}

Proof Prover::finish() {
  std::stable_sort(proof_.relations.begin(), proof_.relations.end(),
                   [](const Relation& a, const Relation& b) { return order(a) < order(b); });
  sort_faults(proof_.faults);
  sort_faults(proof_.warnings);
  sort_faults(proof_.notes);
  return std::move(proof_);
}

Proof prove(const std::vector<Lmp>& collection, const Universes& universes, const ProveOptions& options) {
  std::vector<Lmp> sorted;
  const bool as_it_is = std::ranges::is_sorted(collection, {}, &Lmp::name);
  if (!as_it_is) {
    sorted = collection;
    std::ranges::stable_sort(sorted, {}, &Lmp::name);
  }
  Prover prover(as_it_is ? collection : sorted, universes);
  prover.prove_statements();
  prover.prove_paths();
  prover.prove_servers();
  prover.prove_lists();
  prover.prove_pairs();
  prover.prove_sets(options.sets);
  prover.prove_needs(options.cache);
  prover.prove_order();
  return prover.finish();
}

}  // namespace lucie::metapackage
