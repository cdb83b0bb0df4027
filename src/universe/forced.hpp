#pragma once

#include <unordered_map>
#include <vector>

#include "universe/solver.hpp"

namespace lucie::universe {

/// What one request brings whatever else is chosen: the only package that meets it, the only packages that
/// meet what that one depends on, and so on. Where there is a choice it ends.
class Forced {
 public:
  Forced(const PackagePool& pool, Id request);

  const std::vector<Id>& packages() const { return packages_; }
  /// The dependencies that lead from the request to one of its packages, the shortest way.
  std::vector<Rule> way_to(Id package) const;

 private:
  std::vector<Id> packages_;
  std::unordered_map<Id, Rule> reached_by_;  ///< without those that meet the request itself
};

/// Two packages that never stand beside each other.
struct Opposites {
  Rule rule;         ///< `from` says so of `to`
  bool sure = true;  ///< false: a solver may think otherwise (what replaces excludes only sometimes)
};

/// All such pairs among some packages.
std::vector<Opposites> opposites_among(const PackagePool& pool, const std::vector<Id>& packages);

}  // namespace lucie::universe
