#include <algorithm>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include "config/reading.hpp"
#include "config/value.hpp"

/// Facts of the network that are proved.
namespace lucie::config {
namespace {

/// The network of a lucie group, and the addresses in it that no node may have.
struct Network {
  std::uint32_t mask = 0, network = 0;
  bool known = false;
  std::map<std::uint32_t, std::string> taken;  ///< address: whose it is

  bool contains(std::uint32_t address) const { return (address & mask) == network; }
  std::uint32_t broadcast() const { return network | ~mask; }
};

/// The IPv4 addresses that a name resolves to.
std::vector<std::uint32_t> resolve(const std::string& name) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  std::vector<std::uint32_t> addresses;
  if (getaddrinfo(name.c_str(), nullptr, &wanted, &found) != 0) return addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    addresses.push_back(ntohl(reinterpret_cast<const sockaddr_in*>(each->ai_addr)->sin_addr.s_addr));
  }
  freeaddrinfo(found);
  return addresses;
}

class NetworkProof {
 public:
  explicit NetworkProof(Reading& reading) : reading_(reading) {
    for (std::size_t number = 0; number < reading_.cluster.lucie_groups.size(); ++number) add_network(number);
  }

  void prove_host(std::size_t number) {
    const Host& host = reading_.cluster.hosts[number];
    const Definition& definition = reading_.host_sources[number].steps->definition();
    const Attribute* attribute = definition.find("address");
    const auto address = parse_address(host.address);
    const auto group = reading_.lucie_group_index.find(host.lucie_group);
    if (attribute != nullptr && address) {
      const std::string who = fmt::format("host '{}'", host.name);
      if (group != reading_.lucie_group_index.end()) {
        prove_place(*attribute, who, *address, networks_[group->second.number], host.lucie_group, true);
      }
      prove_single(addresses_, attribute, host.address, "address", who, host.name, false);
    }
    prove_mac(definition, host);
  }

  void prove_interface(const Interface& interface, const Definition& definition) {
    const std::string who = fmt::format("interface '{}' of host '{}'", interface.name, interface.host);
    const Attribute* address = definition.find("address");
    const Host* host = host_of(interface);
    if (address != nullptr && parse_address(interface.address)) {
      const auto group = reading_.lucie_group_index.find(host == nullptr ? "" : host->lucie_group);
      if (group != reading_.lucie_group_index.end()) {
        prove_place(*address, who, *parse_address(interface.address), networks_[group->second.number],
                    group->first, false);
      }
      prove_single(addresses_, address, interface.address, "address", who, interface.host, interface.boot);
    }
    const Attribute* mac = definition.find("mac_address");
    if (mac != nullptr && !interface.mac_address.empty()) {
      prove_single(macs_, mac, interface.mac_address, "MAC address", who, interface.host, interface.boot);
    }
  }

 private:
  struct Owner {
    std::string who, host;
    Position where;
  };
  using Owners = std::unordered_map<std::string, Owner>;

  const Host* host_of(const Interface& interface) const {
    const auto found = reading_.host_index.find(interface.host);
    return found == reading_.host_index.end() ? nullptr : &reading_.cluster.hosts[found->second.number];
  }

  void add_network(std::size_t number) {
    LucieGroup& group = reading_.cluster.lucie_groups[number];
    const Definition& definition = *reading_.lucie_group_sources[number];
    Network& network = networks_.emplace_back();
    const auto mask = parse_mask(group.subnet);
    const auto base = first_address(group);
    if (mask && base) {
      network = {.mask = *mask, .network = *base & *mask, .known = true};
      group.network = format_address(network.network);
    }
    const auto take = [&](const std::string& text, const std::string& whose) {
      if (const auto address = parse_address(text)) network.taken.emplace(*address, whose);
    };
    take(group.gateway, "the gateway");
    take(group.lucie_address, "the Lucie server");
    for (const std::string& server : group.dns) take(server, "a DNS server");
    for (const std::string& server : group.ntp) take(server, "a time server");
    for (const char* key : {"lucie_server", "dhcp_server", "tftp_server", "nfs_server", "http_server"}) {
      const Attribute* attribute = definition.find(key);
      if (attribute == nullptr) continue;
      take(attribute->value, fmt::format("the {}", key));
      look_up(network, key, *attribute);
    }
    prove_group(definition, group, network);
  }

  /// An address of the group's network: the gateway's, the server's, or that of one of its hosts.
  std::optional<std::uint32_t> first_address(const LucieGroup& group) const {
    for (const std::string& text : {group.gateway, group.lucie_address}) {
      if (const auto address = parse_address(text)) return address;
    }
    for (const Host& host : reading_.cluster.hosts) {
      const auto address = host.lucie_group == group.name ? parse_address(host.address) : std::nullopt;
      if (address) return address;
    }
    return std::nullopt;
  }

  void look_up(Network& network, const std::string& key, const Attribute& attribute) {
    if (!reading_.options.resolve_names || parse_address(attribute.value)) return;
    const auto addresses = resolve(attribute.value);
    for (const std::uint32_t address : addresses) network.taken.emplace(address, fmt::format("the {}", key));
    if (!addresses.empty()) return;
    reading_.warning(attribute.value_position,
                     fmt::format("{} '{}' does not resolve to an IPv4 address", key, attribute.value));
  }

  void prove_group(const Definition& definition, const LucieGroup& group, const Network& network) {
    if (!network.known) return;
    for (const char* key : {"gateway", "lucie_address"}) {
      const Attribute* attribute = definition.find(key);
      const auto address = attribute == nullptr ? std::nullopt : parse_address(attribute->value);
      if (!address) continue;
      if (!network.contains(*address)) {
        tell_outside(*attribute, key, *address, network, group.name);
      } else if (const std::string end = end_of(network, *address); !end.empty()) {
        reading_.fault(attribute->value_position,
                       fmt::format("{} {} is the {} address of its network", key, attribute->value, end));
      }
    }
    if (!group.gateway.empty() && group.gateway == group.lucie_address) {
      reading_.warning(definition.find("lucie_address")->value_position,
                       fmt::format("the Lucie server of '{}' is also its gateway", group.name));
    }
  }

  static std::string end_of(const Network& network, std::uint32_t address) {
    return address == network.network ? "network" : address == network.broadcast() ? "broadcast" : "";
  }

  void tell_outside(const Attribute& attribute, const std::string& who, std::uint32_t address,
                    const Network& network, const std::string& group) {
    reading_.shared_fault(
        &attribute, "outside " + group, attribute.value_position,
        fmt::format("{}: {} is not in the network {} / {} of lucie_group '{}'", who, format_address(address),
                    format_address(network.network), format_address(network.mask), group));
  }

  void prove_place(const Attribute& attribute, const std::string& who, std::uint32_t address,
                   const Network& network, const std::string& group, bool inside) {
    if (const auto owner = network.taken.find(address); owner != network.taken.end()) {
      reading_.shared_fault(&attribute, "taken", attribute.value_position,
                            fmt::format("{}: {} is the address of {} of lucie_group '{}'", who,
                                        format_address(address), owner->second, group));
    }
    if (!network.known) return;
    if (!network.contains(address)) {
      if (inside) tell_outside(attribute, who, address, network, group);
    } else if (const std::string end = end_of(network, address); !end.empty()) {
      reading_.shared_fault(&attribute, end, attribute.value_position,
                            fmt::format("{}: {} is the {} address of lucie_group '{}'", who,
                                        format_address(address), end, group));
    }
  }

  void prove_mac(const Definition& definition, const Host& host) {
    const Attribute* attribute = definition.find("mac_address");
    if (attribute == nullptr) attribute = definition.find("mac_file");
    if (host.mac_address.empty() || attribute == nullptr) return;
    prove_single(macs_, attribute, host.mac_address, "MAC address", fmt::format("host '{}'", host.name),
                 host.name, false);
  }

  /// Each value has one owner; the interface that a host boots from may repeat what the host says.
  void prove_single(Owners& owners, const Attribute* attribute, const std::string& value,
                    const std::string& what, const std::string& who, const std::string& host, bool boot) {
    const auto [first, fresh] = owners.try_emplace(value, Owner{who, host, attribute->value_position});
    if (fresh || (boot && first->second.host == host)) return;
    const Owner& owner = first->second;
    reading_.shared_fault(attribute, "double " + what, attribute->value_position,
                          fmt::format("{} has the {} {} of {}", who, what, value, owner.who),
                          fmt::format("which is given at {}:{}", owner.where.file, owner.where.line));
  }

  Reading& reading_;
  std::vector<Network> networks_;
  Owners addresses_, macs_;
};

}  // namespace

void prove_network(Reading& reading) {
  NetworkProof proof(reading);
  for (std::size_t number = 0; number < reading.cluster.hosts.size(); ++number) proof.prove_host(number);
  for (std::size_t number = 0; number < reading.cluster.interfaces.size(); ++number) {
    proof.prove_interface(reading.cluster.interfaces[number], *reading.interface_sources[number]);
  }
}

}  // namespace lucie::config
