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
  ::Repo* const repo = add_solv(state.pool.get(), index.solv, index.base.front());
  repo->priority = index.priority;
  state.bases[repo] = index.base;
  state.servers[repo] = server;
}

base::FileLock lock_cache(const fs::path& folder, base::Reporter& reporter) {
  return base::FileLock(folder / "lock", [&] {
    reporter.progress("waiting for another program to update the package indices", -1);
  });
}

void add_local(Universe::State& state, const fs::path& folder, base::Sha256& identity) {
  const std::vector<fs::path> files = packages_in(folder, state.pool.format());
  if (files.empty()) return;
  ::Repo* const repo = repo_create(state.pool.get(), "local");
  repo->priority = 1000;  // Lucie's own programs are taken from nowhere else
  for (const fs::path& file : files) {
    const Id id = add_package(repo, file, state.pool.format());
    if (id == 0) throw Error(fmt::format("{}: {}", file.string(), pool_errstr(state.pool.get())));
    const std::string hash = base::sha256_file_hex(file);
    identity.add(hash + "\n");
    state.local[id] = {file, hash, fs::file_size(file)};
  }
  repo_internalize(repo);
}

}  // namespace lucie::universe
