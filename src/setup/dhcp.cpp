#include "setup/dhcp.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/files.hpp"
#include "base/fill.hpp"
#include "base/text.hpp"

namespace lucie::setup {
namespace {

std::string option(const std::string& tag, const std::string& name, const std::string& value) {
  return value.empty() ? "" : fmt::format("dhcp-option=tag:{},option:{},{}\n", tag, name, value);
}

/// iPXE asks lucied; other firmware gets iPXE first, by its architecture (option 93, RFC 4578).
std::string boot_lines(const ServedNetwork& network) {
  const auto& [tag, address] = std::tie(network.group, network.address);
  return fmt::format(
      "dhcp-boot=tag:{0},tag:ipxe,http://{1}:8080/boot/${{netX/mac}}\n"
      "dhcp-boot=tag:{0},tag:!ipxe,tag:efi64,snponly.efi,,{1}\n"
      "dhcp-boot=tag:{0},tag:!ipxe,tag:!efi64,undionly.kpxe,,{1}\n",
      tag, address);
}

/// iPXE waits 13 s for an IPv6 router unless one answers. A lifetime of 0 says that we are none.
std::string advertisement_lines(const ServedNetwork& network) {
  if (!network.unique_local) return {};
  return fmt::format("enable-ra\nra-param={0},0,0\ndhcp-range=::,constructor:{0},ra-only\n",
                     network.interface);
}

std::string network_lines(const config::LucieGroup& group, const ServedNetwork& network) {
  return fmt::format("\n# lucie group {}\ndhcp-range=set:{},{},static,{},infinite\n", group.name, group.name,
                     network.network, group.subnet) +
         option(group.name, "router", group.gateway) +
         option(group.name, "dns-server", base::join(group.dns, ",")) +
         option(group.name, "domain-name", group.domain_name) +
         option(group.name, "nis-domain", group.nis_domain_name) +
         option(group.name, "ntp-server",
                std::all_of(group.ntp.begin(), group.ntp.end(),
                            [](const std::string& server) { return address_bits(server).has_value(); })
                    ? base::join(group.ntp, ",")
                    : "") +
         boot_lines(network) + advertisement_lines(network);
}

}  // namespace

std::string dnsmasq_configuration(const config::Cluster& cluster, const std::vector<ServedNetwork>& served,
                                  const std::filesystem::path& templates,
                                  const std::filesystem::path& state) {
  std::set<std::string> interfaces;
  std::string interface_lines, networks;
  for (const ServedNetwork& network : served) {
    if (interfaces.insert(network.interface).second) {
      interface_lines += fmt::format("interface={0}\nenable-tftp={0}\n", network.interface);
    }
    networks += network_lines(*cluster.lucie_group(network.group), network);
  }
  return base::fill(base::read_file(templates / "dhcp/dnsmasq.conf.in"),
                    {{"interfaces", interface_lines}, {"networks", networks}, {"state", state.string()}});
}

std::string dnsmasq_hosts(const config::Cluster& cluster, const std::vector<ServedNetwork>& served) {
  std::string text = "# made by lucie-setup apply; changes are lost\n";
  for (const config::Host& host : cluster.hosts) {
    const bool ours = std::any_of(served.begin(), served.end(), [&](const ServedNetwork& network) {
      return network.group == host.lucie_group;
    });
    if (!ours || host.mac_address.empty() || host.address.empty()) continue;
    text += fmt::format("{},{},{},infinite\n", host.mac_address, host.address, host.name);
  }
  return text;
}

}  // namespace lucie::setup
