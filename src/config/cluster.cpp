#include "config/cluster.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "config/manifest_servers.hpp"
#include "config/reading.hpp"

namespace lucie::config {
namespace {

template <typename Thing>
const Thing* named(const std::vector<Thing>& things, const std::string& name) {
  const auto found = std::ranges::find(things, name, &Thing::name);
  return found == things.end() ? nullptr : &*found;
}

/// Blocks that are no cluster's have been told; they must not confuse what follows.
std::vector<Block> known_blocks(std::vector<Block> blocks) {
  const auto types = cluster_types();
  std::erase_if(blocks,
                [&](const Block& block) { return std::ranges::find(types, block.type) == types.end(); });
  return blocks;
}

}  // namespace

const Host* Cluster::host(const std::string& name) const {
  return named(hosts, name);
}

const Host* Cluster::host_by_mac(const std::string& mac) const {
  const std::string normal = normal_mac(mac);
  if (normal.empty()) return nullptr;
  const auto found = std::ranges::find(hosts, normal, &Host::mac_address);
  return found == hosts.end() ? nullptr : &*found;
}

const HostGroup* Cluster::host_group(const std::string& name) const {
  return named(host_groups, name);
}

const LucieGroup* Cluster::lucie_group(const std::string& name) const {
  return named(lucie_groups, name);
}

const Installer* Cluster::installer(const std::string& name) const {
  return named(installers, name);
}

const DiskLayout* Cluster::disk_layout(const std::string& name) const {
  return named(disk_layouts, name);
}

std::vector<Cluster::ServiceSet> Cluster::service_sets() const {
  std::map<std::pair<std::string, std::vector<std::string>>, std::vector<std::string>> hosts_of;
  for (const Host& host : hosts) hosts_of[{host.installer, host.services}].push_back(host.name);
  std::vector<ServiceSet> sets;
  for (auto& [key, names] : hosts_of) sets.push_back({key.first, key.second, std::move(names)});
  return sets;
}

ReadResult read_cluster(const std::filesystem::path& file, const ReadOptions& options) {
  std::error_code ignored;
  if (std::filesystem::status(file, ignored).type() == std::filesystem::file_type::not_found) {
    EnvironmentError error(fmt::format("there are no definitions: {} does not exist", file.string()));
    error.hint("write them as lucie.conf(5) says, or name another file with -c");
    throw error;
  }
  Text text = read_text(file);
  ReadResult result;
  result.faults = std::move(text.faults);
  check_schema(text.blocks, cluster_types(), result.faults);
  const std::vector<Block> blocks = known_blocks(std::move(text.blocks));
  Reading reading(options, blocks, result);
  read_lucie_groups(reading);
  read_package_servers(reading);
  read_installers(reading);
  read_disk_layouts(reading);
  read_hosts(reading);
  read_host_groups(reading);
  settle_hosts(reading);
  read_interfaces(reading);
  read_datasets(reading);
  read_watches(reading);
  result.cluster.answers = answers_of(reading);
  read_labs(reading);
  prove_network(reading);
  reading.finish();
  sort_faults(result.faults);
  sort_faults(result.warnings);
  return result;
}

std::vector<Answers> read_answers(const std::filesystem::path& file, const Cluster& cluster,
                                  std::vector<Fault>& faults) {
  const Text text = read_text(file);
  ReadResult result{.cluster = cluster, .faults = text.faults};
  check_schema(text.blocks, {"answers"}, result.faults);
  const ReadOptions options;
  const std::vector<Block> blocks = known_blocks(text.blocks);
  Reading reading(options, blocks, result);
  for (std::size_t number = 0; number < cluster.hosts.size(); ++number) {
    reading.host_index[cluster.hosts[number].name] = {number, cluster.hosts[number].position};
  }
  for (std::size_t number = 0; number < cluster.host_groups.size(); ++number) {
    reading.group_index[cluster.host_groups[number].name] = {number, cluster.host_groups[number].position};
  }
  std::vector<Answers> answers = answers_of(reading);
  reading.finish();
  sort_faults(result.faults);
  std::ranges::move(result.faults, std::back_inserter(faults));
  return answers;
}

std::vector<PackageServer> read_manifest_servers(const std::vector<Block>& blocks,
                                                 std::vector<Fault>& faults) {
  std::vector<Block> servers = blocks;
  std::erase_if(servers, [](const Block& block) { return block.type != "package_server"; });
  ReadResult result;
  const ReadOptions options;
  Reading reading(options, servers, result);
  read_package_servers(reading);
  reading.finish();
  std::ranges::move(result.faults, std::back_inserter(faults));
  return std::move(result.cluster.package_servers);
}

}  // namespace lucie::config
