#include "lmp/collection.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/paths.hpp"
#include "metapackage/repository.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Lmp;

void throw_if_any(std::vector<Fault> faults) {
  if (!faults.empty()) throw FaultsError(std::move(faults));
}

std::vector<Lmp> other_lmps(const std::string& place, Collection& collection, std::vector<Fault>& faults) {
  if (place.find("://") != std::string::npos) {
    throw UsageError(fmt::format("--collection {}: repositories are read from folders only", place));
  }
  if (metapackage::repository_formats(place).empty()) return metapackage::find_lmps({place}, faults);
  collection.unpacked.push_back(std::make_unique<base::TemporaryDirectory>("lmp-collection"));
  return metapackage::repository_lmps(place, collection.unpacked.back()->path(), faults);
}

void add_others(const std::vector<std::string>& others, Collection& collection, std::vector<Fault>& faults) {
  for (const std::string& place : others) {
    for (Lmp& lmp : other_lmps(place, collection, faults)) {
      const bool there = std::any_of(collection.lmps.begin(), collection.lmps.end(),
                                     [&](const Lmp& known) { return known.name == lmp.name; });
      if (!there) collection.lmps.push_back(std::move(lmp));
    }
  }
  std::stable_sort(collection.lmps.begin(), collection.lmps.end(),
                   [](const Lmp& a, const Lmp& b) { return a.name < b.name; });
}

std::vector<std::string> names_of(const std::vector<Lmp>& lmps) {
  std::vector<std::string> names;
  for (const Lmp& lmp : lmps) names.push_back(lmp.name);
  return names;
}

}  // namespace

const Lmp& Collection::find(const std::string& name) const {
  for (const Lmp& lmp : lmps) {
    if (lmp.name == name || "lmp-" + lmp.name == name) return lmp;
  }
  const std::string meant = base::did_you_mean(name, names_of(lmps));
  throw Error(fmt::format("there is no LMP '{}'", name))
      .hint(meant.empty() ? "--collection DIR names a folder or repository that has it" : meant);
}

Collection read_collection(const std::vector<std::string>& folders, const std::vector<std::string>& others) {
  std::vector<Fault> faults;
  Collection collection;
  std::vector<fs::path> paths;
  for (const std::string& folder : folders) paths.push_back(fs::path(folder).lexically_normal());
  collection.lmps = metapackage::find_lmps(paths, faults);
  collection.named = names_of(collection.lmps);
  add_others(others, collection, faults);
  throw_if_any(std::move(faults));
  return collection;
}

Collection installed_collection(const std::vector<std::string>& others) {
  std::vector<Fault> faults;
  Collection collection;
  collection.lmps = metapackage::installed_lmps(base::Paths::from_environment().lmps, faults);
  add_others(others, collection, faults);
  collection.named = names_of(collection.lmps);
  throw_if_any(std::move(faults));
  return collection;
}

std::vector<std::string> installed_names() {
  try {
    return installed_collection({}).named;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace lucie::lmp
