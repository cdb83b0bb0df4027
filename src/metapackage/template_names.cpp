#include "metapackage/template_names.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "config/value.hpp"

namespace lucie::metapackage {
namespace {

using Kind = TemplateType::Kind;
using config::Cluster;

TemplateValue text(std::string content) {
  return {.type = {Kind::text, false}, .text = std::move(content)};
}

TemplateValue texts(const std::vector<std::string>& contents) {
  TemplateValue list{.type = {Kind::text, true}};
  for (const std::string& content : contents) list.items.push_back(text(content));
  return list;
}

TemplateValue host_value(const config::Host& host) {
  return {.type = {Kind::host, false}, .host = &host};
}

TemplateValue group_value(const config::HostGroup& group) {
  return {.type = {Kind::group, false}, .group = &group};
}

/// The further network interfaces of a host, in definition order.
TemplateValue interfaces_of(const config::Host& host, const Cluster& cluster) {
  TemplateValue list{.type = {Kind::interface, true}};
  for (const config::Interface& interface : cluster.interfaces) {
    if (interface.host == host.name)
      list.items.push_back({.type = {Kind::interface, false}, .interface = &interface});
  }
  return list;
}

/// "24" for 255.255.255.0; empty for what is no mask.
TemplateValue prefix_of(const std::string& mask) {
  const auto bits = config::parse_mask(mask);
  return text(bits ? std::to_string(std::countl_one(*bits)) : "");
}

/// An interface without a mask of its own lies in a network like that of its host's lucie group.
std::string mask_of(const config::Interface& interface, const Cluster& cluster) {
  if (!interface.subnet.empty()) return interface.subnet;
  const config::Host* host = cluster.host(interface.host);
  const config::LucieGroup* group = host == nullptr ? nullptr : cluster.lucie_group(host->lucie_group);
  return group == nullptr ? std::string() : group->subnet;
}

TemplateValue number(int value) {
  return text(value == 0 ? "" : std::to_string(value));
}

TemplateValue hosts_of(const std::vector<std::string>& names, const Cluster& cluster) {
  TemplateValue list{.type = {Kind::host, true}};
  for (const std::string& name : names) {
    if (const config::Host* host = cluster.host(name)) list.items.push_back(host_value(*host));
  }
  return list;
}

TemplateValue groups_of(const config::Host& host, const Cluster& cluster) {
  TemplateValue list{.type = {Kind::group, true}};
  for (const std::string& name : host.groups) {
    if (const config::HostGroup* group = cluster.host_group(name)) list.items.push_back(group_value(*group));
  }
  return list;
}

/// The hosts that belong to a lucie group, in definition order.
TemplateValue hosts_of(const config::LucieGroup& group, const Cluster& cluster) {
  TemplateValue list{.type = {Kind::host, true}};
  for (const config::Host& host : cluster.hosts) {
    if (host.lucie_group == group.name) list.items.push_back(host_value(host));
  }
  return list;
}

std::string nth(const std::vector<std::string>& list, std::size_t index) {
  return index < list.size() ? list[index] : std::string();
}

template <class Record>
struct Field {
  const char* name;
  TemplateType type;
  TemplateValue (*get)(const Record& record, const Cluster& cluster);
};

constexpr TemplateType a_text{Kind::text, false}, some_texts{Kind::text, true}, some_hosts{Kind::host, true},
    some_groups{Kind::group, true}, some_interfaces{Kind::interface, true};

const std::vector<Field<config::Host>> host_fields = {
    {"name", a_text, [](const auto& host, const auto&) { return text(host.name); }},
    {"alias", a_text, [](const auto& host, const auto&) { return text(host.alias); }},
    {"address", a_text, [](const auto& host, const auto&) { return text(host.address); }},
    {"mac_address", a_text, [](const auto& host, const auto&) { return text(host.mac_address); }},
    {"lucie_group", a_text, [](const auto& host, const auto&) { return text(host.lucie_group); }},
    {"installer", a_text, [](const auto& host, const auto&) { return text(host.installer); }},
    {"disk_layout", a_text, [](const auto& host, const auto&) { return text(host.disk_layout); }},
    {"ssh_host_key", a_text, [](const auto& host, const auto&) { return text(host.ssh_host_key); }},
    {"services", some_texts, [](const auto& host, const auto&) { return texts(host.services); }},
    {"groups", some_groups, [](const auto& host, const auto& cluster) { return groups_of(host, cluster); }},
    {"interfaces", some_interfaces,
     [](const auto& host, const auto& cluster) { return interfaces_of(host, cluster); }},
};

const std::vector<Field<config::Interface>> interface_fields = {
    {"name", a_text, [](const auto& interface, const auto&) { return text(interface.name); }},
    {"kind", a_text, [](const auto& interface, const auto&) { return text(interface.kind); }},
    {"address", a_text, [](const auto& interface, const auto&) { return text(interface.address); }},
    {"mac_address", a_text, [](const auto& interface, const auto&) { return text(interface.mac_address); }},
    {"subnet", a_text, [](const auto& i, const auto& cluster) { return text(mask_of(i, cluster)); }},
    {"prefix", a_text, [](const auto& i, const auto& cluster) { return prefix_of(mask_of(i, cluster)); }},
    {"members", some_texts, [](const auto& interface, const auto&) { return texts(interface.members); }},
    {"vlan_id", a_text, [](const auto& interface, const auto&) { return number(interface.vlan_id); }},
    {"mtu", a_text, [](const auto& interface, const auto&) { return number(interface.mtu); }},
    {"ring", a_text, [](const auto& interface, const auto&) { return text(interface.ring ? "yes" : "no"); }},
    {"boot", a_text, [](const auto& interface, const auto&) { return text(interface.boot ? "yes" : "no"); }},
};

const std::vector<Field<config::HostGroup>> group_fields = {
    {"name", a_text, [](const auto& group, const auto&) { return text(group.name); }},
    {"alias", a_text, [](const auto& group, const auto&) { return text(group.alias); }},
    {"hosts", some_hosts,
     [](const auto& group, const auto& cluster) { return hosts_of(group.hosts, cluster); }},
};

const std::vector<Field<config::LucieGroup>> lucie_group_fields = {
    {"name", a_text, [](const auto& group, const auto&) { return text(group.name); }},
    {"domain_name", a_text, [](const auto& group, const auto&) { return text(group.domain_name); }},
    {"nis_domain_name", a_text, [](const auto& group, const auto&) { return text(group.nis_domain_name); }},
    {"gateway", a_text, [](const auto& group, const auto&) { return text(group.gateway); }},
    {"subnet", a_text, [](const auto& group, const auto&) { return text(group.subnet); }},
    {"prefix", a_text, [](const auto& group, const auto&) { return prefix_of(group.subnet); }},
    {"network", a_text, [](const auto& group, const auto&) { return text(group.network); }},
    {"dns", some_texts, [](const auto& group, const auto&) { return texts(group.dns); }},
    {"dns1", a_text, [](const auto& group, const auto&) { return text(nth(group.dns, 0)); }},
    {"dns2", a_text, [](const auto& group, const auto&) { return text(nth(group.dns, 1)); }},
    {"dns3", a_text, [](const auto& group, const auto&) { return text(nth(group.dns, 2)); }},
    {"ntp", some_texts, [](const auto& group, const auto&) { return texts(group.ntp); }},
    {"lucie_server", a_text, [](const auto& group, const auto&) { return text(group.lucie_server); }},
    {"lucie_address", a_text, [](const auto& group, const auto&) { return text(group.lucie_address); }},
    {"dhcp_server", a_text, [](const auto& group, const auto&) { return text(group.dhcp_server); }},
    {"tftp_server", a_text, [](const auto& group, const auto&) { return text(group.tftp_server); }},
    {"nfs_server", a_text, [](const auto& group, const auto&) { return text(group.nfs_server); }},
    {"http_server", a_text, [](const auto& group, const auto&) { return text(group.http_server); }},
    {"hosts", some_hosts, [](const auto& group, const auto& cluster) { return hosts_of(group, cluster); }},
};

const std::vector<Field<config::Installer>> installer_fields = {
    {"name", a_text, [](const auto& installer, const auto&) { return text(installer.name); }},
    {"target", a_text, [](const auto& installer, const auto&) { return text(installer.target); }},
    {"architecture", a_text, [](const auto& installer, const auto&) { return text(installer.architecture); }},
    {"kernel_package", a_text,
     [](const auto& installer, const auto&) { return text(installer.kernel_package); }},
    {"kernel_options", a_text,
     [](const auto& installer, const auto&) { return text(installer.kernel_options); }},
    {"modules", some_texts, [](const auto& installer, const auto&) { return texts(installer.modules); }},
    {"ssh_authorized_keys", some_texts,
     [](const auto& installer, const auto&) { return texts(installer.ssh_authorized_keys); }},
};

const std::vector<std::string> scope_names = {"host", "host_group", "lucie_group", "installer", "answer"};

Error unknown(const std::string& name, const std::string& meant) {
  Error error(fmt::format("unknown name '{}' in a template", name));
  if (!meant.empty()) error.hint(fmt::format("did you mean '{}'?", meant));
  return error;
}

/// A field of a record's table; throws with the nearest one.
template <class Record>
const Field<Record>& find_field(const std::vector<Field<Record>>& fields, const std::string& prefix,
                                const std::string& name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& each) { return each.name == name; });
  if (found != fields.end()) return *found;
  std::vector<std::string> names;
  for (const Field<Record>& field : fields) names.push_back(prefix + "." + field.name);
  const std::string whole = prefix + "." + name;
  const std::string meant = base::nearest(whole, names);
  if (!meant.empty()) throw unknown(whole, meant);
  throw unknown(whole, {}).hint("known are " + base::join(names, ", "));
}

bool is_custom(const std::string& name) {
  return name.size() > 1 && name.front() == '_';
}

std::pair<std::string, std::string> cut(const std::string& name, std::size_t dot) {
  if (dot == std::string::npos) return {name, {}};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

template <class Record>
TemplateType field_type(const std::vector<Field<Record>>& fields, const std::string& prefix,
                        const std::string& name) {
  return find_field(fields, prefix, name).type;
}

/// The type of attribute `rest` of a record of that kind; `rest` empty: of the record itself.
TemplateType record_type(Kind kind, const std::string& prefix, const std::string& rest) {
  if (rest.empty()) return {kind, false};
  if (kind == Kind::text) throw Error(fmt::format("'{}' is a plain text and has no '{}'", prefix, rest));
  if (kind == Kind::interface) return field_type(interface_fields, prefix, rest);
  if (is_custom(rest)) return a_text;
  return kind == Kind::host ? field_type(host_fields, prefix, rest) : field_type(group_fields, prefix, rest);
}

std::string custom(const config::CustomAttributes& attributes, const std::string& owner,
                   const std::string& name) {
  const auto found = attributes.find(name);
  if (found != attributes.end()) return found->second;
  throw Error(fmt::format("{} has no attribute '{}'", owner, name))
      .hint(fmt::format("define '{}' there, or ask '@{{if …}}' first", name));
}

TemplateValue record_value(const TemplateValue& record, const std::string& prefix, const std::string& rest,
                           const Cluster& cluster) {
  if (rest.empty()) return record;
  if (record.type.list || record.type.kind == Kind::text) {
    throw Error(fmt::format("'{}' has no '{}'", prefix, rest));
  }
  if (record.type.kind == Kind::host) {
    const config::Host& host = *record.host;
    if (is_custom(rest)) return text(custom(host.custom, fmt::format("host '{}'", host.name), rest));
    return find_field(host_fields, prefix, rest).get(host, cluster);
  }
  if (record.type.kind == Kind::interface)
    return find_field(interface_fields, prefix, rest).get(*record.interface, cluster);
  const config::HostGroup& group = *record.group;
  if (is_custom(rest)) return text(custom(group.custom, fmt::format("host group '{}'", group.name), rest));
  return find_field(group_fields, prefix, rest).get(group, cluster);
}

const config::HostGroup& only_group(const TemplateScope& scope) {
  const auto& groups = scope.host.groups;
  const config::HostGroup* group = groups.size() == 1 ? scope.cluster.host_group(groups.front()) : nullptr;
  if (group != nullptr) return *group;
  throw Error(fmt::format("host '{}' is in {} host groups, so 'host_group' does not say which",
                          scope.host.name, groups.size()))
      .hint("name it as host_group.NAME.hosts, or go over host.groups");
}

const config::HostGroup& named_group(const std::string& name, const Cluster& cluster) {
  if (const config::HostGroup* group = cluster.host_group(name)) return *group;
  std::vector<std::string> names;
  for (const config::HostGroup& group : cluster.host_groups) names.push_back(group.name);
  throw Error(fmt::format("unknown host group '{}'", name)).hint(base::did_you_mean(name, names));
}

TemplateValue group_name_value(const std::string& rest, const TemplateScope& scope) {
  const auto dot = rest.rfind('.');
  if (dot == std::string::npos) {
    return record_value(group_value(only_group(scope)), "host_group", rest, scope.cluster);
  }
  const auto [name, attribute] = cut(rest, dot);
  return record_value(group_value(named_group(name, scope.cluster)), "host_group." + name, attribute,
                      scope.cluster);
}

TemplateValue lucie_group_value(const std::string& rest, const TemplateScope& scope) {
  const config::LucieGroup* group = scope.cluster.lucie_group(scope.host.lucie_group);
  if (group == nullptr) throw Error(fmt::format("host '{}' is in no lucie group", scope.host.name));
  return find_field(lucie_group_fields, "lucie_group", rest.empty() ? "name" : rest)
      .get(*group, scope.cluster);
}

TemplateValue installer_value(const std::string& rest, const TemplateScope& scope) {
  const config::Installer* installer = scope.cluster.installer(scope.host.installer);
  if (installer == nullptr) throw Error(fmt::format("host '{}' has no installer", scope.host.name));
  return find_field(installer_fields, "installer", rest.empty() ? "name" : rest)
      .get(*installer, scope.cluster);
}

TemplateValue answer_value(const std::string& rest, const TemplateScope& scope) {
  const auto found = scope.answers.find(rest);
  if (found != scope.answers.end()) return text(found->second);
  throw Error(fmt::format("question '{}' has no answer for host '{}'", rest, scope.host.name));
}

TemplateType answer_type(const std::string& rest, const std::vector<std::string>& answers) {
  if (std::find(answers.begin(), answers.end(), rest) != answers.end()) return a_text;
  const std::string meant = base::nearest(rest, answers);
  throw unknown("answer." + rest, meant.empty() ? meant : "answer." + meant)
      .hint(meant.empty() ? "answers are the questions that debconf/templates declares"
                          : fmt::format("did you mean 'answer.{}'?", meant));
}

bool is_scope(const std::string& head) {
  return std::find(scope_names.begin(), scope_names.end(), head) != scope_names.end();
}

}  // namespace

std::string TemplateValue::as_text() const {
  if (type.list) {
    std::vector<std::string> pieces;
    for (const TemplateValue& item : items) pieces.push_back(item.as_text());
    return base::join(pieces, ", ");
  }
  if (type.kind == Kind::host) return host->name;
  if (type.kind == Kind::interface) return interface->name;
  return type.kind == Kind::group ? group->name : text;
}

bool TemplateValue::truth() const {
  if (type.list) return !items.empty();
  if (type.kind != Kind::text) return true;
  return !text.empty() && text != "no" && text != "0" && text != "false";
}

bool names_scope(const std::string& name, const TypedVariables& variables) {
  const std::string head = cut(name, name.find('.')).first;
  return variables.contains(head) || (is_scope(head) && head != name);
}

bool names_scope(const std::string& name, const Variables& variables) {
  const std::string head = cut(name, name.find('.')).first;
  return variables.contains(head) || (is_scope(head) && head != name);
}

TemplateType type_of(const std::string& name, const TypedVariables& variables,
                     const std::vector<std::string>& answers) {
  const auto [head, rest] = cut(name, name.find('.'));
  if (const auto variable = variables.find(head); variable != variables.end()) {
    if (rest.empty()) return variable->second;
    return record_type(variable->second.kind, head, rest);
  }
  if (head == "host") return record_type(Kind::host, head, rest);
  if (head == "answer") return answer_type(rest, answers);
  if (head == "lucie_group") return field_type(lucie_group_fields, head, rest.empty() ? "name" : rest);
  if (head == "installer") return field_type(installer_fields, head, rest.empty() ? "name" : rest);
  if (head == "host_group") {
    const auto dot = rest.rfind('.');
    const std::string attribute = dot == std::string::npos ? rest : rest.substr(dot + 1);
    return record_type(Kind::group, dot == std::string::npos ? head : head + "." + rest.substr(0, dot),
                       attribute);
  }
  std::vector<std::string> heads = scope_names;
  for (const auto& [variable, type] : variables) heads.push_back(variable);
  const std::string meant = base::nearest(head, heads);
  throw unknown(name, meant.empty() ? meant : rest.empty() ? meant : meant + "." + rest);
}

TemplateValue value_of(const std::string& name, const Variables& variables, const TemplateScope& scope) {
  const auto [head, rest] = cut(name, name.find('.'));
  if (const auto variable = variables.find(head); variable != variables.end()) {
    return record_value(variable->second, head, rest, scope.cluster);
  }
  if (head == "host") return record_value(host_value(scope.host), head, rest, scope.cluster);
  if (head == "host_group") return group_name_value(rest, scope);
  if (head == "lucie_group") return lucie_group_value(rest, scope);
  if (head == "installer") return installer_value(rest, scope);
  if (head == "answer") return answer_value(rest, scope);
  throw unknown(name, {});
}

}  // namespace lucie::metapackage
