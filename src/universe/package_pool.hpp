#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "universe/index.hpp"
#include "universe/solv.hpp"

namespace lucie::universe {

/// The packages of a universe in a libsolv pool, ready for questions. Also holds the smaller pools that pairs
/// are solved in.
class PackagePool {
 public:
  PackagePool(const std::string& architecture, PackageFormat format);

  ::Pool* get() const { return pool_.get(); }
  PackageFormat format() const { return format_; }
  /// To be called when all repositories are in it. `base`: names of packages that belong to the base set,
  /// beside those whose index says so.
  void finish(const std::vector<std::string>& base = {});

  /// Ids of the names of the base set, in the order of the names.
  const std::vector<Id>& base() const { return base_; }
  Rank rank(Id package) const;
  /// The package of that name that apt would take: highest priority of its server, then highest version; 0 if
  /// there is none.
  Id candidate(Id name) const;
  /// All packages that have or provide what is asked for.
  std::vector<Id> providers(Id dependency) const;
  /// The dependencies that a rich one is made of (rpm's "(a and b)", "(a if b else c)"); a plain one is its
  /// own.
  std::vector<Id> members(Id dependency) const;
  std::vector<Id> requirements(Id package) const;
  std::vector<Id> conflicts(Id package) const;

  /// "name-version.arch"
  std::string id_of(Id package) const;
  /// "name version"
  std::string shown(Id package) const;
  std::string name(Id package) const;
  std::string text(Id dependency) const;

  /// Its Replaces that are conflicts too, or an rpm's Obsoletes.
  std::vector<Id> obsoletes(Id package) const;
  /// True when its dependencies hold only in some company ("a if b"), so that more packages beside it may ask
  /// for more.
  bool depends_on_company(Id package) const;

  /// `roots`, the base set and everything that these may need, whichever alternative is chosen.
  std::vector<Id> closure(const std::vector<Id>& roots) const;
  /// A pool of these packages only; `originals`: for each of its packages the one in this pool. Packages and
  /// names keep their order, by which the solver settles what is otherwise alike.
  PackagePool subset(const std::vector<Id>& packages, std::vector<Id>& originals) const;

 private:
  void find_ranks();
  void rank_base(const std::vector<std::string>& names);
  bool better(Id package, Id other) const;
  void add_members(Id dependency, std::vector<Id>& members) const;
  void find_base();
  void intern_names(const std::vector<Id>& packages, ::Pool* into) const;

  std::string architecture_;
  PackageFormat format_;
  PoolPointer pool_;
  std::vector<Rank> ranks_;
  std::vector<Id> base_;
};

/// Reads "name", "name=version", "name (>= version)" and alternatives "a | b" into a libsolv dependency.
/// Throws lucie::Error when it is none of these.
Id parse_wanted(::Pool* pool, std::string_view text);

}  // namespace lucie::universe
