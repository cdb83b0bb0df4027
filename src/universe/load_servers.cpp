#include "universe/load_servers.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> packages_in(const fs::path& folder, PackageFormat format) {
  std::vector<fs::path> files;
  if (folder.empty() || !fs::is_directory(folder)) return files;
  const char* const ending = format == PackageFormat::deb ? ".deb" : ".rpm";
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ending) files.push_back(fs::absolute(entry.path()).lexically_normal());
  std::ranges::sort(files);
  return files;
}

/// 0 when it is no package.
Id add_package(::Repo* repo, const fs::path& file, PackageFormat format) {
  constexpr int flags = REPO_REUSE_REPODATA | REPO_NO_INTERNALIZE;
  return format == PackageFormat::deb ? repo_add_deb(repo, file.c_str(), flags)
                                      : repo_add_rpm(repo, file.c_str(), flags);
}

}  // namespace

void add_index(Universe::State& state, const CachedIndex& index, const std::string& server) {
  state.loading.emplace_back([&state, index, server, file = open_solv(index.solv)] {
    ::Repo* const repo = add_solv(state.pool.get(), *file, index.solv, index.base.front());
    repo->priority = index.priority;
    state.bases[repo] = index.base;
    state.servers[repo] = server;
  });
}

base::FileLock lock_cache(const fs::path& folder, base::Reporter& reporter) {
  return base::FileLock(folder / "lock", [&] {
    reporter.progress("waiting for another program to update the package indices", -1);
  });
}

void add_local(Universe::State& state, const fs::path& folder, base::Sha256& identity) {
  std::vector<LocalPackage> packages;
  for (const fs::path& file : packages_in(folder, state.pool.format())) {
    packages.push_back({file, base::sha256_file_hex(file), fs::file_size(file)});
    identity.add(packages.back().sha256 + "\n");
  }
  if (packages.empty()) return;
  state.loading.emplace_back([&state, packages] {
    ::Repo* const repo = repo_create(state.pool.get(), "local");
    repo->priority = 1000;  // Lucie's own programs are taken from nowhere else
    for (const LocalPackage& package : packages) {
      const Id id = add_package(repo, package.file, state.pool.format());
      if (id == 0) throw Error(fmt::format("{}: {}", package.file.string(), pool_errstr(state.pool.get())));
      state.local[id] = package;
    }
    repo_internalize(repo);
  });
}

}  // namespace lucie::universe
