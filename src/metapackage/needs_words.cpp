#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/needs.hpp"

/// What is said about needs: evidence and faults.
namespace lucie::metapackage {
namespace {

std::string program_of(const Use& use) {
  return use.name.substr(use.name.rfind('/') + 1);
}

std::string any_of_names(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    if (quoted.size() < 4) quoted.push_back("'" + name + "'");
  }
  if (names.size() > 4) quoted.emplace_back("…");
  return base::join(quoted, ", ");
}

}  // namespace

std::vector<Evidence> NeedProver::evidence(const Lmp& lmp, const Need& need,
                                           const std::vector<Provider>& providers) const {
  const Use& use = need.use;
  std::vector<Evidence> evidence = {{use.position.file, use.position.line,
                                     fmt::format("{} {} {}", lmp.name, in_words(use.deed), use.name)}};
  for (const Provider& provider : providers) evidence.push_back(provided_by(*provider.lmp, need));
  evidence.push_back({{},
                      0,
                      fmt::format("neither the packages of {} nor the base set of {} have {}", lmp.name,
                                  need.target, use.name)});
  return evidence;
}

/// The file of that package that is needed.
std::string NeedProver::path_in(const std::string& package, const Need& need) const {
  universe::Universe& universe = prover_.universe(need.target);
  for (const std::string& path : paths_of(need.use)) {
    const std::vector<std::string> packages = universe.owners_of_file(path).packages;
    if (std::ranges::find(packages, package) != packages.end()) return path;
  }
  return need.use.name;
}

/// `named`: the package itself has it; else one of those that it needs.
std::optional<Evidence> NeedProver::provided_by_package(const Lmp& lmp, const Need& need,
                                                        const PackageList& list, const std::string& package,
                                                        bool named) const {
  const Position& place = list.places.at(package);
  const std::vector<std::string> names = bare_names(package);
  for (const std::string& owner : need.owners.packages) {
    const std::string path = path_in(owner, need);
    if (named && std::ranges::find(names, owner) != names.end())
      return Evidence{place.file, place.line,
                      fmt::format("{} asks for {}, which has {}", lmp.name, package, path)};
    if (!named && prover_.closure(need.target, {package}).names.contains(owner))
      return Evidence{place.file, place.line,
                      fmt::format("{} asks for {}, which brings {} with {}", lmp.name, package, owner, path)};
  }
  return {};
}

/// The line of the LMP that brings what is needed.
Evidence NeedProver::provided_by(const Lmp& lmp, const Need& need) const {
  const std::vector<std::string> paths = paths_of(need.use);
  for (const NodeFile& file : lmp.files) {
    if (std::ranges::find(paths, universe::Contents::folded(file.path)) == paths.end()) continue;
    return {file.variants.begin()->second.string(), 1, fmt::format("{} brings {}", lmp.name, file.path)};
  }
  for (const bool named : {true, false}) {  // what a list names comes before what that needs
    for (const PackageList& list : lmp.lists) {
      if (list.target != need.target && list.target != "any") continue;
      for (const std::string& package : list.packages) {
        if (auto found = provided_by_package(lmp, need, list, package, named)) return *found;
      }
    }
  }
  return {lmp.position.file, lmp.position.line,
          fmt::format("the packages of {} bring {}", lmp.name, need.use.name)};
}

void NeedProver::add_fault(const Lmp& lmp, const Need& need) {
  std::vector<std::string> owners = need.owners.packages;
  std::ranges::stable_partition(owners,
                                [&](const std::string& name) { return name == program_of(need.use); });
  Fault fault{need.use.position,
              fmt::format("'{}' {} '{}', which neither its packages nor the base set of {} have", lmp.name,
                          in_words(need.use.deed), need.use.name, need.target),
              fmt::format("add {}{} to its packages for {}", owners.size() == 1 ? "" : "one of ",
                          any_of_names(owners), need.target)};
  // Of some packages nobody knows the files: then it may be there.
  const Closure& own = prover_.closure(need.target, packages_with(lmp, need.target, need.unmet.front()));
  const Closure& base = prover_.closure(need.target, {});
  const bool unknown = std::ranges::any_of(own.names, [&](const std::string& name) {
    return !base.names.contains(name) && prover_.universe(need.target).files_unknown(name);
  });
  auto& told = unknown ? prover_.proof().warnings : prover_.proof().faults;
  const bool known = std::ranges::any_of(told, [&](const Fault& other) {
    return other.where.file == fault.where.file && other.hint == fault.hint &&
           other.message.find("'" + need.use.name + "'") != std::string::npos;
  });
  if (!known) told.push_back(std::move(fault));
}

}  // namespace lucie::metapackage
