#pragma once

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

/// The chain from what was asked for to what stands against it, from the rules of the solver's problems.
/// `requests`: in the order of the solver's jobs.
std::vector<Reason> explain(const PackagePool& pool, ::Solver* solver, const std::vector<Request>& requests);

/// The reason for a request that no package meets.
Reason explain_missing(const PackagePool& pool, Id dependency);

}  // namespace lucie::universe
