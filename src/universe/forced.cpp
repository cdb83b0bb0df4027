#include "universe/forced.hpp"

#include <algorithm>

namespace lucie::universe {
namespace {

/// The only package that meets it; 0 when there is a choice, or none, or it is of a kind that says more than
/// "one of these".
Id only_provider(const PackagePool& pool, Id dependency) {
  if (ISRELDEP(dependency)) {
    const int flags = GETRELDEP(pool.get(), dependency)->flags;
    const bool compares = flags <= (REL_LT | REL_EQ | REL_GT);
    if (!compares && flags != REL_OR && flags != REL_MULTIARCH) return 0;
  }
  const std::vector<Id> packages = pool.providers(dependency);
  return packages.size() == 1 ? packages.front() : 0;
}

/// As the solver selects what is asked for: a real package of that name before those that provide it.
Id only_selected(const PackagePool& pool, Id request) {
  if (selection_of(pool, request) == SOLVER_SOLVABLE_PROVIDES) return only_provider(pool, request);
  Id name = request;
  while (ISRELDEP(name)) name = GETRELDEP(pool.get(), name)->name;
  Id only = 0;
  for (const Id package : pool.providers(request)) {
    if (pool.get()->solvables[package].name != name) continue;
    if (only != 0) return 0;
    only = package;
  }
  return only;
}

}  // namespace

Forced::Forced(const PackagePool& pool, Id request) {
  const Id first = only_selected(pool, request);
  if (first == 0) return;
  packages_.push_back(first);
  for (std::size_t next = 0; next < packages_.size(); ++next) {
    const Id from = packages_[next];
    for (const Id dependency : pool.requirements(from)) {
      const Id package = only_provider(pool, dependency);
      if (package == 0 || package == first) continue;
      if (reached_by_.emplace(package, Rule{SOLVER_RULE_PKG_REQUIRES, from, 0, dependency}).second)
        packages_.push_back(package);
    }
  }
}

std::vector<Rule> Forced::way_to(Id package) const {
  std::vector<Rule> way;
  for (auto step = reached_by_.find(package); step != reached_by_.end();
       step = reached_by_.find(step->second.from))
    way.push_back(step->second);
  std::ranges::reverse(way);
  return way;
}

std::vector<Opposites> opposites_among(const PackagePool& pool, const std::vector<Id>& packages) {
  std::vector<bool> among(static_cast<std::size_t>(pool.get()->nsolvables), false);
  for (const Id package : packages) among[static_cast<std::size_t>(package)] = true;
  std::vector<Opposites> found;
  const auto add = [&](Id package, Id other, Id dependency, SolverRuleinfo type) {
    if (other == package || !among[static_cast<std::size_t>(other)]) return;
    found.push_back({{type, package, other, dependency}, type != SOLVER_RULE_PKG_OBSOLETES});
  };
  for (const Id package : packages) {
    const Id name = pool.get()->solvables[package].name;
    for (const Id dependency : pool.conflicts(package))
      for (const Id other : pool.providers(dependency))
        add(package, other, dependency, SOLVER_RULE_PKG_CONFLICTS);
    for (const Id dependency : pool.obsoletes(package))
      for (const Id other : pool.providers(dependency))
        add(package, other, dependency, SOLVER_RULE_PKG_OBSOLETES);
    for (const Id other : pool.providers(name))
      if (pool.get()->solvables[other].name == name) add(package, other, 0, SOLVER_RULE_PKG_SAME_NAME);
  }
  return found;
}

}  // namespace lucie::universe
