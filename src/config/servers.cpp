#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unistd.h>

#include "config/reading.hpp"
#include "config/value.hpp"

/// Lucie groups and package servers.
namespace lucie::config {
namespace {

std::string own_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

LucieGroup lucie_group_of(Reading& reading, const Definition& definition) {
  const auto text = [&](std::string_view key, const std::string& standard = {}) {
    return reading.text(definition, key, standard);
  };
  LucieGroup group{.name = definition.identity()->value, .position = definition.position()};
  group.domain_name = text("domain_name");
  group.nis_domain_name = text("nis_domain_name");
  group.gateway = text("gateway");
  group.subnet = text("subnet");
  for (const char* key : {"dns1", "dns2", "dns3"}) {
    if (definition.find(key) != nullptr) group.dns.push_back(text(key));
  }
  group.ntp = reading.words(definition, "ntp");
  group.lucie_server = text("lucie_server", own_name());
  group.dhcp_server = text("dhcp_server", group.lucie_server);
  group.tftp_server = text("tftp_server", group.lucie_server);
  group.nfs_server = text("nfs_server", group.lucie_server);
  group.http_server = text("http_server", group.lucie_server);
  group.lucie_address = text("lucie_address");
  group.dhcp_backend = text("dhcp_backend", group.dhcp_backend);
  group.dhcp_relay = text("dhcp_relay");
  group.boot = text("boot", group.boot);
  group.discovery = reading.boolean(definition, "discovery", false);
  read_agent_attributes(reading, definition, group);
  return group;
}

struct Release {
  std::string_view target, code_name;
};

constexpr std::array<Release, 8> releases = {{{"debian-10", "buster"},
                                              {"debian-11", "bullseye"},
                                              {"debian-12", "bookworm"},
                                              {"debian-13", "trixie"},
                                              {"ubuntu-20.04", "focal"},
                                              {"ubuntu-22.04", "jammy"},
                                              {"ubuntu-24.04", "noble"},
                                              {"devuan-5", "daedalus"}}};

std::string code_name(const std::string& target) {
  const auto found = std::ranges::find(releases, target, &Release::target);
  return found == releases.end() ? "" : std::string(found->code_name);
}

std::string kind_for(const std::string& target) {
  const bool apt =
      target.starts_with("debian-") || target.starts_with("ubuntu-") || target.starts_with("devuan-");
  return target.empty() ? "" : apt ? "apt" : "rpm-md";
}

PackageServer package_server_of(const Reading& reading, const Definition& definition) {
  PackageServer server{.name = definition.identity()->value, .position = definition.position()};
  server.target = reading.text(definition, "target");
  server.kind = reading.text(definition, "kind", kind_for(server.target));
  if (const Attribute* uri = definition.find("uri")) server.uris.push_back(uri->value);
  std::ranges::move(reading.words(definition, "mirrors"), std::back_inserter(server.uris));
  server.suite = reading.text(definition, "suite", server.kind == "apt" ? code_name(server.target) : "");
  server.components = reading.words(definition, "components");
  if (server.components.empty() && server.kind == "apt") server.components = {"main"};
  server.signed_by = reading.text(definition, "signed_by");
  const bool local =
      std::ranges::all_of(server.uris, [](const std::string& uri) { return uri.starts_with("file:"); });
  server.trusted = reading.boolean(definition, "trusted", local && server.signed_by.empty());
  server.priority = reading.number(definition, "priority", server.priority);
  return server;
}

void prove_package_server(Reading& reading, const Definition& definition, const PackageServer& server) {
  if (server.target.empty() && server.kind != "lmp") {
    reading.fault(server.position, fmt::format("package_server '{}' lacks 'target'", server.name),
                  "target: the release whose packages it offers, as in debian-12");
  }
  if (server.kind == "apt" && server.suite.empty() && !server.target.empty()) {
    reading.fault(server.position, fmt::format("package_server '{}' lacks 'suite'", server.name),
                  fmt::format("the code name of target '{}' is not known here", server.target));
  }
  if (!server.trusted && server.signed_by.empty() && definition.find("uri") != nullptr) {
    reading.fault(server.position,
                  fmt::format("package_server '{}' has no keys to check it with", server.name),
                  "'signed_by FILE' names its keyring; 'trusted yes' takes it without a check");
  }
}

}  // namespace

void read_lucie_groups(Reading& reading) {
  reading.lucie_group_definitions = reading.inheritance.definitions("lucie_group");
  for (const Definition& definition : reading.lucie_group_definitions) {
    reading.has_required(definition);
    if (definition.identity() == nullptr) continue;
    const std::size_t number = reading.cluster.lucie_groups.size();
    if (!reading.enter(reading.lucie_group_index, definition.identity()->value, number, definition)) continue;
    reading.cluster.lucie_groups.push_back(lucie_group_of(reading, definition));
    reading.lucie_group_sources.push_back(&definition);
  }
}

void read_package_servers(Reading& reading) {
  for (const Definition& definition : reading.inheritance.definitions("package_server")) {
    reading.has_required(definition);
    if (definition.identity() == nullptr) continue;
    const std::size_t number = reading.cluster.package_servers.size();
    if (!reading.enter(reading.server_index, definition.identity()->value, number, definition)) continue;
    reading.cluster.package_servers.push_back(package_server_of(reading, definition));
    prove_package_server(reading, definition, reading.cluster.package_servers.back());
  }
}

}  // namespace lucie::config
