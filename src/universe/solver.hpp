#pragma once

#include <set>
#include <string>
#include <vector>

#include "universe/package_pool.hpp"
#include "universe/universe.hpp"

namespace lucie::universe {

/// What the solver says about one question.
struct Answer {
  bool installable = false;
  std::vector<Id> packages;  ///< sorted by name; when installable
  std::vector<Reason> reasons;
};

/// Can these be installed together, beside the base set? Where there is a choice, what apt would choose is
/// preferred: the first alternative, and of several providers the one of the highest Priority; of rpms what
/// dnf would, whose solver this is.
/// Throws lucie::Error when a name cannot be read.
Answer solve(const PackagePool& pool, const std::vector<std::string>& names);

/// A job of the solver, as it is told in reasons.
struct Request {
  Id dependency = 0;
  bool base = false;  ///< it belongs to the base set; nobody asked for it
};

/// How a name that is asked for is to be selected: a name that real packages have means these
/// (SOLVER_SOLVABLE_NAME), not others that provide it (SOLVER_SOLVABLE_PROVIDES).
int selection_of(const PackagePool& pool, Id dependency);

/// What one rule of a problem says: `from` needs `dependency`, or `from` and `to` exclude each other.
struct Rule {
  SolverRuleinfo type = SOLVER_RULE_UNKNOWN;
  Id from = 0, to = 0, dependency = 0;
};

/// Rules that cannot all hold, and what was asked for that led to them.
struct Contradiction {
  std::vector<Rule> rules;
  std::set<std::size_t> requests;  ///< places among the requests
};

/// The chain from what was asked for to what stands against it.
std::vector<Reason> explain(const PackagePool& pool, const std::vector<Contradiction>& contradictions,
                            const std::vector<Request>& requests);
/// From the rules of the solver's problems; `requests`: in the order of the solver's jobs.
std::vector<Reason> explain(const PackagePool& pool, ::Solver* solver, const std::vector<Request>& requests);

/// The reason for a request that no package meets.
Reason explain_missing(const PackagePool& pool, Id dependency);

}  // namespace lucie::universe
