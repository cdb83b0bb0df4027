#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/cluster.hpp"
#include "setup/network.hpp"

namespace lucie::setup {

/// The configuration of dnsmasq as DHCP and TFTP server of the networks. `templates`: Paths::templates;
/// `state`: Paths::state, under which its hosts file, leases and TFTP folder lie.
std::string dnsmasq_configuration(const config::Cluster& cluster, const std::vector<ServedNetwork>& served,
                                  const std::filesystem::path& templates, const std::filesystem::path& state);

/// Its hosts file (dhcp-hostsfile, read anew on SIGHUP): one line a host and boot interface of the served
/// groups that has an address and a MAC address.
std::string dnsmasq_hosts(const config::Cluster& cluster, const std::vector<ServedNetwork>& served);

}  // namespace lucie::setup
