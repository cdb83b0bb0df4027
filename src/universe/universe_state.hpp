#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "universe/solver.hpp"
#include "universe/universe.hpp"

/// What a Universe is made of; for universe.cpp and the one that opens it.
namespace lucie::universe {

/// A deb that was added from a local folder.
struct LocalPackage {
  std::filesystem::path file;
  std::string sha256;
  std::uint64_t size = 0;
};

struct Universe::State {
  std::string target, identity;
  PackagePool pool;
  std::map<const ::Repo*, std::vector<std::string>> bases;  ///< addresses that its files are below
  std::map<const ::Repo*, std::string> servers;             ///< names
  std::vector<std::string> server_names;                    ///< in their order
  std::vector<std::string> base_names;                      ///< of the base set, where no index says it
  std::map<Id, LocalPackage> local;
  /// The closure of the roots of `prepare_pairs`, and for each of its packages the one in `pool`.
  std::optional<PackagePool> pairs;
  std::vector<Id> originals;
  std::set<std::string> pair_roots;  ///< the names that the closure was made for

  mutable std::unordered_map<Id, Package> made;

  std::function<Contents()> load_contents;
  std::optional<Contents> contents;

  State(std::string of_target, const std::string& architecture, PackageFormat format)
      : target(std::move(of_target)), pool(architecture, format) {}

  /// Made once for each package: closures have much in common.
  const Package& package(Id id) const;
  Verdict verdict(Answer answer, const std::vector<Id>* originals_of) const;
  Id find(const Package& package) const;
};

}  // namespace lucie::universe
