#include "setup/pools.hpp"

#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "config/compiled.hpp"
#include "setup/design.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// Those that the packages of one target are for.
std::set<std::string> architectures_of(const std::vector<universe::Package>& packages) {
  std::set<std::string> architectures;
  for (const auto& package : packages) architectures.insert(package.architecture);
  if (architectures.size() > 1) architectures.erase("all");
  return architectures;
}

std::set<std::string> targets_of(const universe::Lock& lock) {
  std::set<std::string> targets;
  for (const auto& installer : lock.installers) targets.insert(installer.target);
  return targets;
}

}  // namespace

fs::path kept_lock(const base::Paths& paths, const std::string& hash) {
  return paths.state / "cluster/locks" / (hash + ".json");
}

universe::Lock deployed_lock(const base::Paths& paths) {
  if (!fs::exists(paths.state / "cluster/current")) return {};
  const fs::path file = kept_lock(paths, config::load_current(paths.state).lock);
  return fs::exists(file) ? universe::lock_from_json(base::read_file(file)) : universe::Lock{};
}

std::map<std::string, std::vector<universe::Package>> pool_contents(const base::Paths& paths,
                                                                    const universe::Lock& lock) {
  const universe::Lock deployed = deployed_lock(paths);
  std::map<std::string, std::vector<universe::Package>> contents;
  for (const std::string& target : targets_of(lock)) {
    auto& packages = contents[target];
    std::set<std::string> known;
    for (const auto* source : {&lock, &deployed}) {
      for (auto& package : source->packages(target)) {
        if (known.insert(package.sha256).second) packages.push_back(std::move(package));
      }
    }
  }
  return contents;
}

void fill_pools(const base::Paths& paths, const universe::Lock& lock, base::Reporter& reporter) {
  Deployed deployed = load_deployed(paths);
  for (const auto& [target, packages] : pool_contents(paths, lock)) {
    const std::string key = lock.hash();
    const fs::path pool = paths.state / "pool" / target;
    if (deployed.pools[target] == key && fs::exists(pool)) continue;
    universe::fetch_packages(packages, paths.cache, reporter);
    fs::create_directories(pool.parent_path());
    universe::write_pool(packages, "lucie", architectures_of(packages), paths.cache, pool, reporter);
    deployed.pools[target] = key;
    store_deployed(paths, deployed);
  }
}

}  // namespace lucie::setup
