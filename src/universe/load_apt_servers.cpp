#include <algorithm>

#include "universe/contents_fetch.hpp"
#include "universe/load_servers.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;
namespace {

/// False when they are those of before.
bool are_current(const CachedServer& server, const ServerOptions& options,
                 const std::vector<fs::path>& files) {
  const std::vector<std::string> hashes = contents_hashes(server, options);
  return std::ranges::all_of(hashes, [&](const std::string& hash) {
    return std::ranges::count(files, server.folder / (hash + contents_ending)) > 0;
  });
}

/// The Contents of all servers; what cannot be had is told in it.
Contents load_contents(const std::vector<CachedServer>& servers, const ServerOptions& options,
                       base::Reporter& reporter) {
  const base::FileLock lock = lock_cache(options.folder, reporter);
  Contents contents;
  std::string why = "its package servers have no Contents index";
  for (const CachedServer& server : servers) {
    try {
      const auto files = update_contents(server, options, reporter);
      contents.current = contents.current && are_current(server, options, files);
      for (const fs::path& file : files) contents.add(file);
      if (files.empty()) contents.unindexed_servers.insert(server.server.name);
    } catch (const EnvironmentError& error) {
      why = error.what();
      contents.current = false;
      contents.unindexed_servers.insert(server.server.name);
    }
  }
  return contents.unindexed_servers.size() < servers.size() ? std::move(contents) : Contents(why);
}

}  // namespace

void load_apt_servers(Universe::State& state, const std::vector<config::PackageServer>& servers,
                      const ServerOptions& options, base::Sha256& identity, base::Reporter& reporter) {
  std::vector<CachedServer> cached;
  for (const config::PackageServer& server : servers) {
    state.server_names.push_back(server.name);
    cached.push_back(update_apt_server(server, options, reporter));
    for (const CachedIndex& index : cached.back().indices) {
      add_index(state, index, server.name);
      identity.add(index.sha256 + "\n");
    }
    for (const std::string& hash : contents_hashes(cached.back(), options)) identity.add(hash + "\n");
  }
  state.load_contents = [cached = std::move(cached), options, &reporter] {
    return load_contents(cached, options, reporter);
  };
}

}  // namespace lucie::universe
