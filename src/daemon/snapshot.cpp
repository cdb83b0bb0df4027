#include "daemon/snapshot.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/node_set.hpp"

namespace lucie::daemon {
namespace {

namespace fs = std::filesystem;

std::map<std::string, metapackage::Lmp> read_lmps(const config::Compiled& compiled, const fs::path& state) {
  std::map<std::string, metapackage::Lmp> lmps;
  std::vector<Fault> faults;
  for (const auto& [name, lmp] : compiled.lmps) lmps[name] = metapackage::read_lmp(state / lmp.tree, faults);
  if (!faults.empty()) throw FaultsError(std::move(faults));
  return lmps;
}

}  // namespace

Snapshot::Snapshot(config::Compiled compiled, fs::path state)
    : compiled_(std::move(compiled)), state_(std::move(state)), lmps_(read_lmps(compiled_, state_)) {
  for (const config::Host& host : cluster().hosts) {
    hosts_[host.name] = &host;
    if (!host.mac_address.empty()) hosts_by_mac_[host.mac_address] = &host;
    addresses_.emplace(host.name, host.address);
  }
  for (const config::Interface& interface : cluster().interfaces) {
    const auto host = hosts_.find(interface.host);
    if (host == hosts_.end()) continue;
    if (!interface.mac_address.empty()) hosts_by_mac_.emplace(interface.mac_address, host->second);
    if (!interface.address.empty()) addresses_.emplace(interface.host, interface.address);
  }
}

const config::Host* Snapshot::host(const std::string& name) const {
  const auto found = hosts_.find(name);
  return found == hosts_.end() ? nullptr : found->second;
}

const config::Host* Snapshot::host_by_mac(const std::string& mac) const {
  const auto found = hosts_by_mac_.find(mac);
  return found == hosts_by_mac_.end() ? nullptr : found->second;
}

bool Snapshot::has_address(const config::Host& host, const std::string& address) const {
  const auto [first, last] = addresses_.equal_range(host.name);
  for (auto own = first; own != last; ++own) {
    if (own->second == address) return true;
  }
  return false;
}

std::vector<const metapackage::Lmp*> Snapshot::lmps(const config::Host& host) const {
  const config::CompiledServiceSet* set = compiled_.set_of(host);
  if (set == nullptr)
    throw Error(fmt::format("host '{}' has no service set in the compiled cluster", host.name));
  std::vector<const metapackage::Lmp*> lmps;
  for (const std::string& name : set->lmps) {
    const auto lmp = lmps_.find(name);
    if (lmp == lmps_.end()) throw Error(fmt::format("LMP '{}' is not in the compiled cluster", name));
    lmps.push_back(&lmp->second);
  }
  return lmps;
}

const config::CompiledImage* Snapshot::image(const config::Host& host, const std::string& installer) const {
  const config::CompiledImage* own = compiled_.image(installer);
  return own != nullptr ? own : compiled_.image(host.installer);
}

fs::path Snapshot::below_state(const fs::path& path) const {
  const fs::path relative = path.is_absolute() ? path.lexically_relative(state_) : path.lexically_normal();
  if (relative.empty() || *relative.begin() == "..")
    throw Error(fmt::format("'{}' is not below {}", path.string(), state_.string()));
  return relative;
}

void Snapshot::select_one(const std::string& item, std::map<std::string, bool>& wanted) const {
  if (item == "all") {
    for (const auto& [name, host] : hosts_) wanted[name] = true;
    return;
  }
  const bool group = item.starts_with('@');
  std::vector<std::string> known;
  for (const std::string& name : base::expand_range(group ? item.substr(1) : item)) {
    const config::HostGroup* members = group ? cluster().host_group(name) : nullptr;
    if (members != nullptr) {
      for (const std::string& host : members->hosts) wanted[host] = true;
    } else if (!group && hosts_.contains(name)) {
      wanted[name] = true;
    } else {
      for (const auto& host : cluster().hosts)
        if (!group) known.push_back(host.name);
      for (const auto& other : cluster().host_groups)
        if (group) known.push_back(other.name);
      throw Error(fmt::format("there is no {} '{}'", group ? "host group" : "host", name))
          .hint(base::did_you_mean(name, known));
    }
  }
}

std::vector<const config::Host*> Snapshot::select(const std::string& node_set) const {
  std::map<std::string, bool> wanted;
  for (const std::string& item : base::split_node_set(node_set)) select_one(item, wanted);
  if (wanted.empty()) throw Error(fmt::format("node set '{}' is empty", node_set));
  std::vector<const config::Host*> selected;
  for (const config::Host& host : cluster().hosts) {
    if (wanted.contains(host.name)) selected.push_back(&host);
  }
  return selected;
}

}  // namespace lucie::daemon
