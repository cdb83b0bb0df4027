#include "lmp/universes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

#include "base/paths.hpp"

namespace lucie::lmp {

UniverseShelf::UniverseShelf(const std::string& definitions, base::Reporter& reporter) : reporter_(reporter) {
  if (definitions.empty()) return;
  config::ReadResult read = config::read_cluster(definitions);
  if (!read.faults.empty()) throw FaultsError(std::move(read.faults));
  servers_ = std::move(read.cluster.package_servers);
}

void UniverseShelf::remember() {
  cache_ = base::Paths::from_environment().cache;
}

universe::Universe& UniverseShelf::open(const std::string& target) {
  const auto found = universes_.find(target);
  if (found != universes_.end()) return found->second;
  universe::OpenOptions options;
  options.cache = base::Paths::from_environment().cache;
  options.remember = !cache_.empty();
  if (lmps_ != nullptr) {
    metapackage::PackageOrigins origins = metapackage::package_origins(*lmps_, target);
    options.additional = std::move(origins.servers);
    options.origins = std::move(origins.origins);
    options.with_contents = std::ranges::any_of(*lmps_, &metapackage::Lmp::uses_files);
  }
  return universes_.emplace(target, universe::open_universe(target, servers_, options, reporter_))
      .first->second;
}

std::string definitions_file(const std::string& given) {
  if (!given.empty()) return given;
  const std::filesystem::path standard = base::Paths::from_environment().etc / "lucie.conf";
  std::error_code ignored;
  return std::filesystem::exists(standard, ignored) ? standard.string() : std::string();
}

namespace {

std::set<std::string> named_targets(const std::vector<metapackage::Lmp>& lmps) {
  std::set<std::string> named;
  for (const metapackage::Lmp& lmp : lmps) {
    for (const auto& list : lmp.lists) named.insert(list.target);
  }
  return named;
}

}  // namespace

std::vector<metapackage::Lmp> for_target(std::vector<metapackage::Lmp> lmps, const std::string& target) {
  if (target.empty()) return lmps;
  const std::set<std::string> named = named_targets(lmps);
  if (!named.empty() && !named.contains(target) && !named.contains("any")) {
    throw Error(fmt::format("no LMP is for target '{}'", target))
        .hint(fmt::format("these are for {}", fmt::join(named, ", ")));
  }
  for (metapackage::Lmp& lmp : lmps) {
    std::erase_if(lmp.lists, [&](const auto& list) { return list.target != target && list.target != "any"; });
    for (auto& list : lmp.lists) list.target = target;
  }
  return lmps;
}

}  // namespace lucie::lmp
