#include <set>

#include "universe/load_servers.hpp"
#include "universe/rpm_server.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;

void load_rpm_servers(Universe::State& state, const std::vector<config::PackageServer>& servers,
                      const ServerOptions& options, base::Sha256& identity, base::Reporter& reporter) {
  std::vector<fs::path> files;
  std::set<std::string> group;
  for (const config::PackageServer& server : servers) {
    state.server_names.push_back(server.name);
    CachedRpmServer cached = update_rpm_server(server, options, reporter);
    add_index(state, cached.index, server.name);
    identity.add(cached.index.sha256 + "\n");
    files.push_back(std::move(cached.contents));
    group.insert(cached.minimal_group.begin(), cached.minimal_group.end());
  }
  state.base_names =
      group.empty() ? standard_minimal_group() : std::vector<std::string>(group.begin(), group.end());
  // They are small; later another program might have replaced them.
  state.contents.emplace(PackageFormat::rpm);
  for (const fs::path& file : files) state.contents->add(file);
}

}  // namespace lucie::universe
