#include "lab/plan.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/netmask.hpp"
#include "base/text.hpp"

namespace lucie::lab {
namespace {

constexpr std::uint64_t k_megabyte = 1024 * 1024;
constexpr std::uint64_t k_standard_memory = 768 * k_megabyte;
constexpr std::uint64_t k_standard_disk = 8 * 1024 * k_megabyte;

std::string first_label(const std::string& name) {
  return name.substr(0, name.find('.'));
}

Machine machine_of(const config::Host& host, const config::Lab& lab) {
  if (lab.kind == "namespace" && lab.firmware != "bios") {
    throw Error(fmt::format("the lab cannot make nodes of kind 'namespace' with firmware '{}'", lab.firmware))
        .at(lab.position)
        .hint("they have none: leave 'firmware' out, or use 'kind machine'");
  }
  if (host.mac_address.empty()) {
    throw Error(fmt::format("host '{}' has no mac_address, so the lab cannot make it", host.name))
        .at(host.position);
  }
  return {.name = host.name,
          .mac_address = host.mac_address,
          .memory = lab.memory != 0 ? lab.memory : k_standard_memory,
          .disk_size = lab.disk_size != 0 ? lab.disk_size : k_standard_disk,
          .firmware = lab.firmware,
          .kind = lab.kind};
}

const config::Lab& lab_of(const config::Cluster& cluster, const std::string& host) {
  static const config::Lab standard;
  for (const config::Lab& lab : cluster.labs) {
    if (std::find(lab.hosts.begin(), lab.hosts.end(), host) != lab.hosts.end()) return lab;
  }
  return standard;
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void add_server_names(Plan& plan, const config::LucieGroup& group) {
  auto& names = plan.names[plan.address];
  for (const std::string& name :
       {group.lucie_server, group.dhcp_server, group.tftp_server, group.nfs_server, group.http_server}) {
    in_addr ignored{};
    if (inet_pton(AF_INET, name.c_str(), &ignored) == 1) continue;
    add_name(names, name);
    add_name(names, first_label(name));
  }
  add_name(names, plan.host_name);
}

}  // namespace

const Machine* Plan::machine(const std::string& name) const {
  const auto found = std::find_if(machines.begin(), machines.end(),
                                  [&](const Machine& machine) { return machine.name == name; });
  return found != machines.end() ? &*found : nullptr;
}

std::size_t Plan::namespace_nodes() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(machines, [](const auto& machine) { return machine.is_namespace(); }));
}

std::size_t Plan::number_of(const Machine& machine) const {
  const auto found = std::find_if(machines.begin(), machines.end(),
                                  [&](const Machine& other) { return other.name == machine.name; });
  return static_cast<std::size_t>(found - machines.begin());
}

const Machine& require_machine(const Plan& plan, const std::string& name) {
  const Machine* machine = plan.machine(name);
  if (machine != nullptr) return *machine;
  std::vector<std::string> names;
  for (const Machine& other : plan.machines) names.push_back(other.name);
  throw Error("the lab has no machine '" + name + "'").hint(base::did_you_mean(name, names));
}

Plan plan_of(const config::Cluster& cluster) {
  if (cluster.lucie_groups.size() != 1) {
    throw Error(fmt::format("the lab makes one Lucie server, but {} lucie groups are defined",
                            cluster.lucie_groups.size()));
  }
  const config::LucieGroup& group = cluster.lucie_groups.front();
  if (group.lucie_address.empty()) {
    throw Error(fmt::format("lucie group '{}' has no lucie_address", group.name))
        .at(group.position)
        .hint("the lab gives the server this address on its bridge");
  }
  Plan plan;
  plan.address = group.lucie_address;
  plan.prefix = base::prefix_length(group.subnet);
  plan.host_name = group.lucie_server.empty() ? "lucie" : first_label(group.lucie_server);
  add_server_names(plan, group);
  for (const config::Host& host : cluster.hosts) {
    plan.machines.push_back(machine_of(host, lab_of(cluster, host.name)));
    if (host.address.empty()) continue;
    if (!group.domain_name.empty()) add_name(plan.names[host.address], host.name + "." + group.domain_name);
    add_name(plan.names[host.address], host.name);
  }
  return plan;
}

std::string to_json(const Plan& plan) {
  nlohmann::json record = {{"version", 1},
                           {"state", plan.state.string()},
                           {"root", plan.root.string()},
                           {"cache", plan.cache.string()},
                           {"host_name", plan.host_name},
                           {"address", plan.address},
                           {"prefix", plan.prefix},
                           {"names", plan.names},
                           {"machines", nlohmann::json::array()}};
  for (const Machine& machine : plan.machines) {
    record["machines"].push_back({{"name", machine.name},
                                  {"mac_address", machine.mac_address},
                                  {"memory", machine.memory},
                                  {"disk_size", machine.disk_size},
                                  {"firmware", machine.firmware},
                                  {"kind", machine.kind}});
  }
  return record.dump(2) + "\n";
}

Plan plan_from_json(const std::string& text) {
  try {
    const auto record = nlohmann::json::parse(text);
    Plan plan;
    plan.state = record.at("state").get<std::string>();
    plan.root = record.at("root").get<std::string>();
    plan.cache = record.at("cache").get<std::string>();
    record.at("host_name").get_to(plan.host_name);
    record.at("address").get_to(plan.address);
    record.at("prefix").get_to(plan.prefix);
    record.at("names").get_to(plan.names);
    for (const auto& entry : record.at("machines")) {
      plan.machines.push_back({.name = entry.at("name"),
                               .mac_address = entry.at("mac_address"),
                               .memory = entry.at("memory"),
                               .disk_size = entry.at("disk_size"),
                               .firmware = entry.at("firmware"),
                               .kind = entry.at("kind")});
    }
    return plan;
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("not the plan of a lab: {}", error.what()));
  }
}

}  // namespace lucie::lab
