#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "config/reading.hpp"

/// What a host is after precedence: itself, its templates, its host groups, its lucie group, the default.
namespace lucie::config {
namespace {

/// A value and the attribute that gives it.
struct Setting {
  const Attribute* attribute = nullptr;
  std::string value;
};

class Settler {
 public:
  explicit Settler(Reading& reading) : reading_(reading) {
    if (!reading_.options.known_services) return;
    for (const std::string& name : *reading_.options.known_services) known_services_.try_emplace(name);
  }

  void settle(std::size_t number) {
    const HostSource& source = reading_.host_sources[number];
    source_ = &source;
    host_ = &reading_.cluster.hosts[number];
    const auto groups = reading_.groups_of_host.find(number);
    groups_ = groups == reading_.groups_of_host.end() ? std::vector<std::size_t>{} : groups->second;
    lucie_group_ = nullptr;
    settle_lucie_group();
    host_->installer = reference("installer", "installer", reading_.installer_index, "full");
    host_->disk_layout = reference("disk_layout", "disk layout", reading_.layout_index, "default");
    settle_services();
    settle_custom();
  }

 private:
  const Definition& definition() const { return source_->steps->definition(); }

  /// The first in precedence that says something. Groups that say different things are a fault.
  Setting setting(const std::string& key) {
    if (const Attribute* own = definition().said(key)) {
      if (own->is_null()) return {};
      return {own, source_->steps->value(*own, source_->index)};
    }
    const Attribute* first = nullptr;
    for (const std::size_t group : groups_) {
      const Attribute* attribute = reading_.group_sources[group]->said(key);
      if (attribute == nullptr || attribute == first) continue;
      if (first != nullptr &&
          (first->value != attribute->value || first->is_null() != attribute->is_null())) {
        tell_difference(key, *first, *attribute);
      }
      if (first == nullptr) first = attribute;
    }
    if (first == nullptr && lucie_group_ != nullptr) first = lucie_group_->said(key);
    if (first == nullptr || first->is_null()) return {};
    return {first, first->value};
  }

  void tell_difference(const std::string& key, const Attribute& first, const Attribute& second) {
    reading_.shared_fault(
        &second, fmt::format("{} {}", key, static_cast<const void*>(&first)), second.value_position,
        fmt::format("two host groups of host '{}' give it different values of '{}': '{}' and '{}'",
                    host_->name, key, first.value, second.value),
        fmt::format("the other one is at {}:{}; '{}' in the host's own block settles it",
                    first.value_position.file, first.value_position.line, key));
  }

  std::string reference(const std::string& key, const std::string& what, const NameIndex& known,
                        const std::string& standard) {
    const Setting found = setting(key);
    if (found.attribute == nullptr) return standard;
    reading_.check_reference(*found.attribute, {found.value, found.attribute->value_position}, what, known);
    return found.value;
  }

  void settle_lucie_group() {
    host_->lucie_group = reference("lucie_group", "lucie_group", reading_.lucie_group_index, "");
    if (host_->lucie_group.empty()) choose_lucie_group();
    const auto found = reading_.lucie_group_index.find(host_->lucie_group);
    if (found != reading_.lucie_group_index.end())
      lucie_group_ = reading_.lucie_group_sources[found->second.number];
  }

  /// Nobody says: the only one there is.
  void choose_lucie_group() {
    const auto& groups = reading_.cluster.lucie_groups;
    if (groups.size() == 1) {
      host_->lucie_group = groups.front().name;
      return;
    }
    std::vector<std::string> names;
    for (const LucieGroup& group : groups) names.push_back(group.name);
    reading_.shared_fault(
        groups.empty() ? static_cast<const void*>(&groups) : &definition().block(), "lucie_group",
        host_->position, fmt::format("host '{}' belongs to no lucie_group", host_->name),
        groups.empty() ? "a block 'define lucie_group{' says which servers and network they use"
                       : "'lucie_group' names one of " + base::join(names, ", "));
  }

  void settle_services() {
    std::set<std::string> services;
    const ListSetting own = definition().list("services");
    for (const Attribute* part : own.parts)
      take(*part, source_->steps->items(*part, source_->index), services);
    bool open = own.open;
    if (open) {
      for (const std::size_t group : groups_)
        open = take_list(*reading_.group_sources[group], services) && open;
    }
    if (open && lucie_group_ != nullptr) take_list(*lucie_group_, services);
    host_->services.assign(services.begin(), services.end());
  }

  /// True when what comes after in precedence is joined.
  bool take_list(const Definition& definition, std::set<std::string>& services) {
    const ListSetting list = definition.list("services");
    for (const Attribute* part : list.parts) take(*part, part->items(), services);
    return list.open;
  }

  void take(const Attribute& attribute, const std::vector<Item>& items, std::set<std::string>& services) {
    for (const Item& item : items) {
      if (reading_.options.known_services) {
        reading_.check_reference(attribute, item, "service", known_services_,
                                 fmt::format("the package lmp-{} brings it", item.text));
      }
      services.insert(item.text);
    }
  }

  void settle_custom() {
    std::set<std::string> keys = definition().free_keys();
    for (const std::size_t group : groups_) keys.merge(reading_.group_sources[group]->free_keys());
    for (const std::string& key : keys) {
      if (const Setting found = setting(key); found.attribute != nullptr) host_->custom[key] = found.value;
    }
  }

  Reading& reading_;
  NameIndex known_services_;
  const HostSource* source_ = nullptr;
  Host* host_ = nullptr;
  std::vector<std::size_t> groups_;
  const Definition* lucie_group_ = nullptr;
};

}  // namespace

void settle_hosts(Reading& reading) {
  Settler settler(reading);
  for (std::size_t number = 0; number < reading.cluster.hosts.size(); ++number) settler.settle(number);
}

}  // namespace lucie::config
