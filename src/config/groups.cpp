#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/node_set.hpp"
#include "config/reading.hpp"

/// Host groups and their members.
namespace lucie::config {
namespace {

constexpr int deepest_nesting = 100;

/// Members of groups, worked out when they are first asked for.
class MemberReader {
 public:
  explicit MemberReader(Reading& reading)
      : reading_(reading), states_(reading.cluster.host_groups.size(), State::untouched) {}

  const std::vector<std::string>& hosts_of(std::size_t group, int depth = 0) {
    HostGroup& host_group = reading_.cluster.host_groups[group];
    if (states_[group] == State::untouched) {
      states_[group] = State::under_way;
      std::set<std::string> seen;
      for (const Attribute* part : definitions_of(group).list("members").parts) {
        for (const Item& item : part->items()) add(*part, item, host_group, seen, depth);
      }
      states_[group] = State::done;
    }
    return host_group.hosts;
  }

 private:
  enum class State { untouched, under_way, done };

  const Definition& definitions_of(std::size_t group) const { return *reading_.group_sources[group]; }

  void add(const Attribute& attribute, const Item& item, HostGroup& group, std::set<std::string>& seen,
           int depth) {
    const auto add_host = [&](const std::string& name) {
      if (seen.insert(name).second) group.hosts.push_back(name);
    };
    std::vector<std::string> unknown;
    for (const std::string& name : names_of(item)) {
      const auto nested = reading_.group_index.find(name);
      if (reading_.host_index.contains(name)) {
        add_host(name);
      } else if (nested == reading_.group_index.end()) {
        unknown.push_back(name);
      } else if (may_enter(nested->second.number, attribute, item, group, depth)) {
        for (const std::string& host : hosts_of(nested->second.number, depth + 1)) add_host(host);
      }
    }
    if (!unknown.empty()) reading_.unknown_names(item, unknown, true);
  }

  bool may_enter(std::size_t nested, const Attribute& attribute, const Item& item, const HostGroup& group,
                 int depth) {
    if (states_[nested] == State::under_way) {
      reading_.fault(item.position, fmt::format("host group '{}' has itself as a member, through '{}'",
                                                reading_.cluster.host_groups[nested].name, group.name));
      return false;
    }
    if (depth < deepest_nesting) return true;
    reading_.shared_fault(&attribute, "depth", item.position,
                          fmt::format("host groups nested more than {} deep", deepest_nesting));
    return false;
  }

 public:
  /// Names of an item; none when it is wrong, which check_schema has told.
  static std::vector<std::string> names_of(const Item& item) {
    try {
      return base::expand_range(item.text);
    } catch (const Error&) {
      return {};
    }
  }

 private:
  Reading& reading_;
  std::vector<State> states_;
};

}  // namespace

std::vector<std::string> Reading::hosts(const Definition& definition, std::string_view key) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const Item& item : items(definition, key)) {
    std::vector<std::string> unknown;
    for (const std::string& name : MemberReader::names_of(item)) {
      const auto group = group_index.find(name);
      const bool host = host_index.contains(name);
      if (!host && group == group_index.end()) unknown.push_back(name);
      const std::vector<std::string> some = host ? std::vector<std::string>{name}
                                            : group == group_index.end()
                                                ? std::vector<std::string>{}
                                                : cluster.host_groups[group->second.number].hosts;
      for (const std::string& each : some) {
        if (seen.insert(each).second) all.push_back(each);
      }
    }
    if (!unknown.empty()) unknown_names(item, unknown, true);
  }
  return all;
}

void read_host_groups(Reading& reading) {
  reading.group_definitions = reading.inheritance.definitions("host_group");
  for (const Definition& definition : reading.group_definitions) {
    reading.has_required(definition);
    if (definition.identity() == nullptr) continue;
    HostGroup group{.name = definition.identity()->value, .position = definition.position()};
    group.alias = reading.text(definition, "alias");
    for (const std::string& key : definition.free_keys()) {
      if (const Attribute* attribute = definition.find(key)) group.custom[key] = attribute->value;
    }
    if (!reading.enter(reading.group_index, group.name, reading.cluster.host_groups.size(), definition))
      continue;
    if (const auto host = reading.host_index.find(group.name); host != reading.host_index.end()) {
      reading.fault(group.position, fmt::format("a host and a host group are both named '{}'", group.name),
                    fmt::format("the host is defined at {}:{}", host->second.position.file,
                                host->second.position.line));
    }
    reading.cluster.host_groups.push_back(std::move(group));
    reading.group_sources.push_back(&definition);
  }
  MemberReader members(reading);
  for (std::size_t group = 0; group < reading.cluster.host_groups.size(); ++group) {
    members.hosts_of(group);
    for (const std::string& name : reading.cluster.host_groups[group].hosts) {
      const std::size_t host = reading.host_index.at(name).number;
      reading.cluster.hosts[host].groups.push_back(reading.cluster.host_groups[group].name);
      reading.groups_of_host[host].push_back(group);
    }
  }
}

}  // namespace lucie::config
