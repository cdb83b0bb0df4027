#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/node_set.hpp"
#include "config/mac_file.hpp"
#include "config/reading.hpp"
#include "config/value.hpp"

/// Hosts: their names and what their own blocks and templates say.
namespace lucie::config {
namespace {

class HostReader {
 public:
  explicit HostReader(Reading& reading) : reading_(reading) {}

  void read(const Definition& definition) {
    reading_.has_required(definition);
    if (definition.identity() == nullptr) return;
    std::vector<std::string> names = names_of(definition);
    if (names.empty()) return;
    if (reading_.cluster.hosts.size() + names.size() > most_hosts) {
      reading_.shared_fault(&reading_, "too many hosts", definition.position(),
                            fmt::format("more than {} hosts", most_hosts), "look at the range");
      return;
    }
    single_address_ =
        names.size() > 1 && (is_single(definition, "address") | is_single(definition, "mac_address"));
    reading_.steps.push_back(std::make_unique<Steps>(reading_, definition, std::move(names)));
    Steps& steps = *reading_.steps.back();
    for (std::size_t index = 0; index < steps.names().size(); ++index) add(steps, index);
  }

 private:
  /// The block's host names; none when one of them is at fault.
  std::vector<std::string> names_of(const Definition& definition) {
    const Attribute& attribute = *definition.identity();
    const AttributeSchema& schema = *definition.type().find("host_name");
    std::vector<std::string> names;
    for (const Item& item : attribute.items()) {
      try {
        auto some = attribute.quoted ? std::vector<std::string>{item.text} : base::expand_range(item.text);
        if (!check_names(schema, item, some)) return {};
        std::ranges::move(some, std::back_inserter(names));
      } catch (const Error& error) {
        reading_.fault(item.position, error.what());
        return {};
      }
      if (names.size() > base::most_names) break;
    }
    return names;
  }

  bool check_names(const AttributeSchema& schema, const Item& item, const std::vector<std::string>& names) {
    if (!base::has_range(item.text)) return why_not(schema, item.text).empty();  // told by check_schema
    for (const std::string& name : names) {
      const std::string why = why_not(schema, name);
      if (why.empty()) continue;
      reading_.fault(item.position, why);
      return false;
    }
    return true;
  }

  /// An address for several hosts, which is a fault.
  bool is_single(const Definition& definition, std::string_view key) {
    const Attribute* attribute = definition.find(key);
    if (attribute == nullptr || (!attribute->quoted && base::has_range(attribute->value))) return false;
    reading_.fault(attribute->value_position, fmt::format("one '{}' for several hosts", key),
                   fmt::format("give as many as there are hosts, as in {}",
                               key == "address" ? "192.168.10.[1-16]" : "52:54:00:12:34:[10-25]"));
    return true;
  }

  void add(Steps& steps, std::size_t index) {
    const Definition& definition = steps.definition();
    Host host{.name = steps.names()[index], .position = definition.position()};
    if (!reading_.enter(reading_.host_index, host.name, reading_.cluster.hosts.size(), definition)) return;
    const auto text = [&](std::string_view key) {
      const Attribute* attribute = definition.find(key);
      return attribute == nullptr ? std::string() : steps.value(*attribute, index);
    };
    host.alias = text("alias");
    if (!single_address_) host.address = text("address");
    host.mac_address = mac_address(steps, host.name, index);
    host.bmc_address = text("bmc_address");
    host.bmc_kind = text("bmc_kind");
    if (host.bmc_kind.empty() && !host.bmc_address.empty()) host.bmc_kind = "ipmi";
    host.protected_host = parse_boolean(text("protected")).value_or(false);
    reading_.cluster.hosts.push_back(std::move(host));
    reading_.host_sources.push_back({&steps, index});
  }

  std::string mac_address(Steps& steps, const std::string& name, std::size_t index) {
    if (const Attribute* attribute = steps.definition().find("mac_address")) {
      return single_address_ ? "" : normal_mac(steps.value(*attribute, index));
    }
    const Attribute* file = steps.definition().find("mac_file");
    if (file == nullptr) return {};
    const auto& addresses = mac_file(*file, steps.value(*file, index));
    const auto found = addresses.find(name);
    if (found != addresses.end()) return found->second;
    if (!addresses.empty()) {
      reading_.warning(file->value_position,
                       fmt::format("host '{}' is not in this file and has no MAC address", name));
    }
    return {};
  }

  const std::map<std::string, std::string>& mac_file(const Attribute& attribute, const std::string& name) {
    const auto path = std::filesystem::path(attribute.value_position.file).parent_path() / name;
    const auto [found, fresh] = mac_files_.try_emplace(path.string());
    std::error_code ignored;
    if (fresh && !std::filesystem::is_regular_file(path, ignored)) {
      reading_.fault(attribute.value_position,
                     fmt::format("'{}' is no file that can be read", path.string()));
    } else if (fresh) {
      try {
        found->second = read_mac_file(path, reading_.result.faults);
      } catch (const EnvironmentError& error) {
        reading_.fault(attribute.value_position, error.what());
      }
    }
    return found->second;
  }

  Reading& reading_;
  std::map<std::string, std::map<std::string, std::string>> mac_files_;
  bool single_address_ = false;
};

/// Host names are the same in any case (RFC 1123), and a group of the same name would be ambiguous.
void check_names_apart(Reading& reading) {
  std::unordered_map<std::string, std::string> seen;
  for (const Host& host : reading.cluster.hosts) {
    std::string lower = host.name;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto [first, fresh] = seen.emplace(lower, host.name);
    if (!fresh) {
      reading.fault(host.position,
                    fmt::format("hosts '{}' and '{}' differ in case only", first->second, host.name));
    }
  }
}

}  // namespace

void read_hosts(Reading& reading) {
  reading.host_definitions = reading.inheritance.definitions("host");
  HostReader reader(reading);
  for (const Definition& definition : reading.host_definitions) reader.read(definition);
  check_names_apart(reading);
}

}  // namespace lucie::config
