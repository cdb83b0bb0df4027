#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/answer_cache.hpp"
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
  PackagePool pool;  ///< filled by `ready`
  /// What fills the pool, in order; nothing when it is done.
  std::vector<std::function<void()>> loading;
  std::exception_ptr failure;  ///< why it cannot be filled
  std::unique_ptr<base::AnswerCache> answers = std::make_unique<base::AnswerCache>("", "", "");
  std::map<const ::Repo*, std::vector<std::string>> bases;  ///< addresses that its files are below
  std::map<const ::Repo*, std::string> servers;             ///< names
  std::vector<std::string> server_names;                    ///< in their order
  std::vector<std::string> base_names;                      ///< of the base set, where no index says it
  std::map<Id, LocalPackage> local;
  /// The part of the universe that some names can need, and for each of its packages the one in `pool`.
  struct Part {
    std::set<std::string> names;
    PackagePool pool;
    std::vector<Id> originals;
  };
  std::optional<Part> prepared;
  std::optional<std::vector<std::string>> to_prepare;  ///< names, when that is still to be done
  /// What was solved in `prepared`: packages of that pool, by the names asked for.
  std::map<std::vector<std::string>, std::vector<Id>> solved;

  std::map<std::vector<std::string>, Closure> closures;
  std::unordered_set<std::string> names;  ///< that closures refer to; they stay where they are
  std::unordered_map<Id, const std::string*> name_of;
  std::optional<std::set<Id>> base_closure;          ///< names that the base set brings
  std::unordered_map<Id, std::vector<Id>> excluded;  ///< names that packages exclude

  mutable std::unordered_map<Id, Package> made;

  std::function<Contents()> load_contents;
  std::optional<Contents> contents;

  State(std::string of_target, const std::string& architecture, PackageFormat format)
      : target(std::move(of_target)), pool(architecture, format) {}

  /// To be called before the pool is looked into.
  void ready();
  /// And before `prepared` is.
  void prepare_now();
  /// Made once for each package: closures have much in common.
  const Package& package(Id id) const;
  Part part(const std::vector<std::string>& of_names) const;
  bool covers(const std::vector<std::string>& of_names);
  const std::string& name(Id id);
  const std::vector<Id>& excluded_by(Id of_package);
  std::vector<std::string> excluded_by(const std::vector<Id>& packages);
  Closure closure(const std::vector<std::string>& of_names);
  const std::vector<Id>& solve_prepared(const std::vector<std::string>& of_names);
};

}  // namespace lucie::universe
