#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

/// The LMP's packages for a target: always, and for each condition that its lists name.
std::vector<ListCase> list_cases(const Lmp& lmp, const std::string& target) {
  std::map<std::string, std::set<std::string>> by_condition = {{"", {}}};
  for (const PackageList& list : lmp.lists) {
    if (list.target != target && list.target != "any") continue;
    by_condition[list.when].insert(list.packages.begin(), list.packages.end());
  }
  const std::set<std::string> always = by_condition.at("");
  std::vector<ListCase> cases;
  for (auto& [when, packages] : by_condition) {
    packages.insert(always.begin(), always.end());
    if (!packages.empty()) cases.push_back({when, {packages.begin(), packages.end()}});
  }
  return cases;
}

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

std::vector<std::string> Prover::shared_targets(const Lmp& left, const Lmp& right) const {
  std::vector<std::string> shared;
  for (const std::string& target : targets(left)) {
    const auto& others = targets(right);
    if (std::find(others.begin(), others.end(), target) != others.end()) shared.push_back(target);
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
  universe::Universe& universe = opened(target);
  proof_.identities[target] = universe.identity();
  return universe;
}

const Closure& Prover::closure(const std::string& target, const std::vector<std::string>& packages) {
  const auto known = closures_.find({target, packages});
  if (known != closures_.end()) return known->second;
  Closure closure;
  try {
    closure.verdict = universe(target).solve(packages);
  } catch (const EnvironmentError&) {
    throw;
  } catch (const Error& error) {  // an item that is no dependency at all
    closure.unreadable = error.fault();
  }
  closure.installable = closure.verdict.installable;
  for (const universe::Package& package : closure.verdict.packages) closure.names.insert(package.name);
  return closures_.emplace(std::pair(target, packages), std::move(closure)).first->second;
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

Proof prove(const std::vector<Lmp>& collection, const Universes& universes) {
  std::vector<Lmp> sorted = collection;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Lmp& a, const Lmp& b) { return a.name < b.name; });
  Prover prover(sorted, universes);
  prover.prove_statements();
  prover.prove_paths();
  prover.prove_servers();
  prover.prove_lists();
  prover.prove_pairs();
  prover.prove_needs();
  prover.prove_order();
  return prover.finish();
}

}  // namespace lucie::metapackage
