#include <fmt/format.h>

#include "base/node_set.hpp"
#include "config/reading.hpp"
#include "config/value.hpp"

/// Further network interfaces of hosts.
namespace lucie::config {
namespace {

constexpr std::size_t longest_name = 15;  ///< IFNAMSIZ of Linux, without the final zero

class InterfaceReader {
 public:
  explicit InterfaceReader(Reading& reading) : reading_(reading) {}

  void read(const Definition& definition) {
    if (!reading_.has_required(definition)) return;
    prove_kind(definition);
    Steps steps(reading_, definition, hosts_of(definition));
    single_ = steps.names().size() > 1 &&
              (refuse_single(definition, "address") | refuse_single(definition, "mac_address"));
    for (std::size_t index = 0; index < steps.names().size(); ++index) add(steps, index);
  }

 private:
  std::vector<std::string> hosts_of(const Definition& definition) {
    std::vector<std::string> names;
    for (const Attribute* part : definition.list("host_name").parts) {
      for (const Item& item : part->items()) {
        take_hosts(item, names);
      }
    }
    return names;
  }

  void take_hosts(const Item& item, std::vector<std::string>& names) {
    std::vector<std::string> unknown;
    try {
      for (std::string& name : base::expand_range(item.text)) {
        if (!reading_.host_index.contains(name)) unknown.push_back(name);
        names.push_back(std::move(name));
      }
    } catch (const Error& error) {
      reading_.fault(item.position, error.what());
    }
    if (!unknown.empty()) reading_.unknown_names(item, unknown, false);
    if (names.size() > most_hosts) names.clear();  // there are not so many hosts: that has been told
  }

  bool refuse_single(const Definition& definition, std::string_view key) {
    const Attribute* attribute = definition.find(key);
    if (attribute == nullptr || (!attribute->quoted && base::has_range(attribute->value))) return false;
    reading_.fault(attribute->value_position, fmt::format("one '{}' for several hosts", key));
    return true;
  }

  /// What kinds of interface need and forbid.
  void prove_kind(const Definition& definition) {
    const std::string kind = reading_.text(definition, "kind", "ethernet");
    const Attribute* members = definition.find("members");
    const Attribute* vlan = definition.find("vlan_id");
    if (kind == "vlan" && vlan == nullptr) {
      reading_.fault(definition.position(), "an interface of kind 'vlan' lacks 'vlan_id'",
                     "a number from 1 to 4094");
    }
    if (kind != "vlan" && vlan != nullptr) {
      reading_.fault(vlan->key_position, fmt::format("an interface of kind '{}' has no 'vlan_id'", kind),
                     "'kind vlan' has");
    }
    if ((kind == "bond" || kind == "vlan") && members == nullptr) {
      reading_.fault(definition.position(), fmt::format("an interface of kind '{}' lacks 'members'", kind));
    }
    if ((kind == "ethernet" || kind == "infiniband") && members != nullptr) {
      reading_.fault(members->key_position, fmt::format("an interface of kind '{}' has no 'members'", kind),
                     "those of kind bond, bridge and vlan have");
    }
    prove_number(definition, "vlan_id", 1, 4094);
    prove_number(definition, "mtu", 576, 65535);
  }

  void prove_number(const Definition& definition, std::string_view key, int least, int most) {
    const Attribute* attribute = definition.find(key);
    const auto number = attribute == nullptr ? std::nullopt : parse_number(attribute->value);
    if (!number || (*number >= least && *number <= most)) return;
    reading_.fault(attribute->value_position,
                   fmt::format("attribute '{}': {} is not between {} and {}", key, *number, least, most));
  }

  void add(Steps& steps, std::size_t index) {
    const Definition& definition = steps.definition();
    const auto text = [&](std::string_view key, const std::string& standard = {}) {
      const Attribute* attribute = definition.find(key);
      return attribute == nullptr ? standard : steps.value(*attribute, index);
    };
    Interface interface {
      .host = steps.names()[index], .name = text("interface_name"), .kind = text("kind", "ethernet")
    };
    if (!single_) interface.address = text("address");
    interface.subnet = text("subnet");
    if (!single_) interface.mac_address = normal_mac(text("mac_address"));
    for (const Attribute* part : definition.list("members").parts) {
      for (const Item& item : steps.items(*part, index)) interface.members.push_back(item.text);
    }
    interface.vlan_id = parse_number(text("vlan_id")).value_or(0);
    interface.mtu = parse_number(text("mtu")).value_or(0);
    interface.ring = parse_boolean(text("ring")).value_or(false);
    interface.boot = parse_boolean(text("boot")).value_or(false);
    interface.position = definition.find("interface_name")->value_position;
    prove(definition, interface);
    take_boot_address(interface);
    reading_.cluster.interfaces.push_back(std::move(interface));
    reading_.interface_sources.push_back(&definition);
  }

  void prove(const Definition& definition, const Interface& interface) {
    const void* about = &definition.block();
    if (interface.name.size() > longest_name) {
      reading_.shared_fault(
          about, "long", interface.position,
          fmt::format("interface name '{}' is longer than {} bytes", interface.name, longest_name));
    }
    if (!names_.emplace(interface.host, interface.name).second) {
      reading_.shared_fault(
          about, "again", interface.position,
          fmt::format("host '{}' has a second interface '{}'", interface.host, interface.name));
    }
    if (interface.ring && !rings_.insert(interface.host).second) {
      reading_.shared_fault(about, "ring", interface.position,
                            fmt::format("host '{}' has a second interface with 'ring yes'", interface.host));
    }
    if (interface.boot && !boots_.insert(interface.host).second) {
      reading_.shared_fault(about, "boot", interface.position,
                            fmt::format("host '{}' has a second interface with 'boot yes'", interface.host));
    }
  }

  /// A host without a MAC address has that of the interface that it boots from.
  void take_boot_address(const Interface& interface) {
    const auto found = reading_.host_index.find(interface.host);
    if (!interface.boot || interface.mac_address.empty() || found == reading_.host_index.end()) return;
    Host& host = reading_.cluster.hosts[found->second.number];
    if (host.mac_address.empty()) host.mac_address = interface.mac_address;
    if (host.mac_address == interface.mac_address) return;
    reading_.fault(interface.position,
                   fmt::format("host '{}' boots from {}, but its interface with 'boot yes' is {}", host.name,
                               host.mac_address, interface.mac_address));
  }

  Reading& reading_;
  std::set<std::pair<std::string, std::string>> names_;
  std::set<std::string> rings_, boots_;
  bool single_ = false;  ///< the block under way has one address for several hosts
};

}  // namespace

void read_interfaces(Reading& reading) {
  reading.interface_definitions = reading.inheritance.definitions("interface");
  InterfaceReader reader(reading);
  for (const Definition& definition : reading.interface_definitions) reader.read(definition);
}

}  // namespace lucie::config
