#include "setup/not_yet.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace lucie::setup {
namespace {

constexpr const char* hint = "it is left out; everything else of the definitions holds";

bool asks_for(const config::Cluster& cluster, const std::string& name, const std::string& service) {
  const config::Host* host = cluster.host(name);
  return host != nullptr && std::ranges::find(host->services, service) != host->services.end();
}

}  // namespace

std::vector<Fault> not_yet_done(const config::Cluster& cluster) {
  std::vector<Fault> warnings;
  const auto warn = [&](const Position& where, std::string what) {
    warnings.push_back({where, std::move(what), hint});
  };
  for (const auto& group : cluster.lucie_groups) {
    if (group.discovery)
      warn(group.position,
           fmt::format("lucie_group '{}': unknown machines are not noted down yet", group.name));
    if (!group.dhcp_relay.empty())
      warn(group.position, fmt::format("lucie_group '{}': DHCP relays are not served yet", group.name));
  }
  for (const auto& installer : cluster.installers) {
    if (installer.mode == "image")
      warn(installer.position,
           fmt::format("installer '{}': nodes are not installed from images yet, but by packages",
                       installer.name));
  }
  for (const auto& dataset : cluster.datasets) {
    if (dataset.encrypt)
      warn(dataset.position, fmt::format("dataset '{}' is not encrypted on its way yet", dataset.name));
    if (!dataset.interface.empty())
      warn(dataset.position,
           fmt::format("dataset '{}' comes through the interface that the node boots from", dataset.name));
  }
  for (const auto& interface : cluster.interfaces) {
    if (interface.boot || asks_for(cluster, interface.host, "network")) continue;
    warn(
        interface.position,
        fmt::format("nothing sets up interface '{}': its host does not ask for LMP network", interface.name));
  }
  sort_faults(warnings);
  return warnings;
}

}  // namespace lucie::setup
