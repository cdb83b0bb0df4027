#include "dolly/recipients.hpp"

#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <set>

#include "base/node_set.hpp"
#include "base/text.hpp"
#include "config/cluster.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

std::optional<config::Cluster> cluster_in(const fs::path& definitions, bool needed) {
  std::error_code fault;
  if (!needed && !fs::exists(definitions, fault)) return std::nullopt;
  config::ReadResult result = config::read_cluster(definitions);
  if (!result.faults.empty()) throw FaultsError(std::move(result.faults));
  return std::move(result.cluster);
}

RingNode node_of(const std::string& word, const std::optional<config::Cluster>& cluster, std::uint16_t port) {
  RingNode node;
  const auto equals = word.find('=');
  std::string address = equals == std::string::npos ? word : word.substr(equals + 1);
  node.port = port;
  if (const auto colon = address.rfind(':'); colon != std::string::npos && address.find(':') == colon) {
    const char* end = address.data() + address.size();
    const auto [read, fault] = std::from_chars(address.data() + colon + 1, end, node.port);
    if (fault != std::errc() || read != end || node.port == 0)
      throw UsageError(fmt::format("'{}' has no port behind its colon", word));
    address.resize(colon);
  }
  node.name = equals == std::string::npos ? address : word.substr(0, equals);
  const config::Host* host = cluster && equals == std::string::npos ? cluster->host(node.name) : nullptr;
  node.address = host != nullptr ? host->address : address;
  if (node.name.empty() || node.address.empty()) throw UsageError(fmt::format("'{}' names no node", word));
  return node;
}

std::vector<std::string> words_of(const std::string& piece, const std::optional<config::Cluster>& cluster) {
  if (!piece.starts_with('@')) return base::expand_range(piece);
  const config::HostGroup* group = cluster ? cluster->host_group(piece.substr(1)) : nullptr;
  if (group == nullptr)
    throw Error(fmt::format("there is no host group '{}'", piece.substr(1)))
        .hint("host groups are known from the definitions: -c FILE");
  return group->hosts;
}

}  // namespace

std::vector<RingNode> recipients(const std::string& expression, const fs::path& definitions,
                                 bool definitions_needed, std::uint16_t port) {
  const auto cluster = cluster_in(definitions, definitions_needed);
  std::vector<RingNode> nodes;
  std::set<std::string> names;
  for (const std::string& piece : base::split_node_set(expression)) {
    for (const std::string& word : words_of(piece, cluster)) {
      RingNode node = node_of(word, cluster, port);
      node.id = static_cast<std::uint32_t>(nodes.size());
      if (names.insert(fmt::format("{}:{}", node.address, node.port)).second)
        nodes.push_back(std::move(node));
    }
  }
  if (nodes.empty()) throw UsageError("--to names no node");
  return nodes;
}

}  // namespace lucie::dolly
