#include "lmp/universes.hpp"

#include "base/paths.hpp"

namespace lucie::lmp {

UniverseShelf::UniverseShelf(const std::string& definitions, base::Reporter& reporter) : reporter_(reporter) {
  if (definitions.empty()) return;
  config::ReadResult read = config::read_cluster(definitions);
  if (!read.faults.empty()) throw FaultsError(std::move(read.faults));
  servers_ = std::move(read.cluster.package_servers);
}

universe::Universe& UniverseShelf::open(const std::string& target) {
  const auto found = universes_.find(target);
  if (found != universes_.end()) return found->second;
  universe::OpenOptions options;
  options.cache = base::Paths::from_environment().cache;
  return universes_.emplace(target, universe::open_universe(target, servers_, options, reporter_))
      .first->second;
}

std::string definitions_file(const std::string& given) {
  if (!given.empty()) return given;
  const std::filesystem::path standard = base::Paths::from_environment().etc / "lucie.conf";
  std::error_code ignored;
  return std::filesystem::exists(standard, ignored) ? standard.string() : std::string();
}

std::vector<metapackage::Lmp> for_target(std::vector<metapackage::Lmp> lmps, const std::string& target) {
  if (target.empty()) return lmps;
  for (metapackage::Lmp& lmp : lmps) {
    std::erase_if(lmp.lists, [&](const auto& list) { return list.target != target && list.target != "any"; });
    for (auto& list : lmp.lists) list.target = target;
  }
  return lmps;
}

}  // namespace lucie::lmp
