#include "setup/network.hpp"

#include <arpa/inet.h>
#include <bit>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <set>

namespace lucie::setup {
namespace {

struct Network {
  std::uint32_t network = 0, mask = 0;
};

/// The network of a group: as the definitions gave it, else from its gateway.
std::optional<Network> network_of(const config::LucieGroup& group) {
  const auto mask = address_bits(group.subnet);
  auto inside = address_bits(group.network);
  if (!inside) inside = address_bits(group.gateway);
  if (!mask || !inside) return std::nullopt;
  return Network{*inside & *mask, *mask};
}

const OwnAddress* find_address(const config::LucieGroup& group, const Network& network,
                               const std::vector<OwnAddress>& addresses) {
  for (const OwnAddress& own : addresses) {
    if (own.address == group.lucie_address) return &own;
  }
  if (!group.lucie_address.empty()) return nullptr;
  for (const OwnAddress& own : addresses) {
    if ((address_bits(own.address).value_or(0) & network.mask) == network.network) return &own;
  }
  return nullptr;
}

}  // namespace

std::optional<std::uint32_t> address_bits(const std::string& address) {
  in_addr bits{};
  if (inet_pton(AF_INET, address.c_str(), &bits) != 1) return std::nullopt;
  return ntohl(bits.s_addr);
}

std::string address_text(std::uint32_t bits) {
  return fmt::format("{}.{}.{}.{}", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
}

std::vector<OwnAddress> own_addresses() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) throw_errno("list network interfaces");
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> keep(first, freeifaddrs);
  std::vector<OwnAddress> addresses;
  std::set<std::string> unique_local;
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    const bool usable = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (!usable || entry->ifa_addr == nullptr) continue;
    if (entry->ifa_addr->sa_family == AF_INET) {
      const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      addresses.push_back({entry->ifa_name, address_text(ntohl(address->sin_addr.s_addr))});
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      const auto* address = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr);
      if ((address->sin6_addr.s6_addr[0] & 0xfe) == 0xfc) unique_local.insert(entry->ifa_name);
    }
  }
  for (OwnAddress& own : addresses) own.unique_local = unique_local.contains(own.interface);
  return addresses;
}

std::vector<ServedNetwork> served_networks(const config::Cluster& cluster,
                                           const std::vector<OwnAddress>& addresses,
                                           std::vector<Fault>& warnings) {
  std::vector<ServedNetwork> served;
  for (const config::LucieGroup& group : cluster.lucie_groups) {
    const auto network = network_of(group);
    const OwnAddress* own = network ? find_address(group, *network, addresses) : nullptr;
    if (own == nullptr) {
      warnings.push_back(
          {group.position,
           fmt::format("lucie group '{}' is not served by this machine: no interface has {}", group.name,
                       group.lucie_address.empty()
                           ? fmt::format("an address in its network {}", group.network)
                           : fmt::format("its address {}", group.lucie_address)),
           "give the interface its address, or set lucie_address"});
      continue;
    }
    served.push_back({group.name, own->interface, own->address, address_text(network->network),
                      std::popcount(network->mask), own->unique_local});
  }
  return served;
}

}  // namespace lucie::setup
