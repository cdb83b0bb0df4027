#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/compiled.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::daemon {

/// The compiled cluster that is served, with what is looked up in it for every request. Never changed once
/// made: `reload` makes another one.
class Snapshot {
 public:
  /// `state`: LUCIE_STATE. Reads the LMP trees too. Throws lucie::Error when one is damaged.
  Snapshot(config::Compiled compiled, std::filesystem::path state);

  const config::Compiled& compiled() const { return compiled_; }
  const config::Cluster& cluster() const { return compiled_.cluster; }

  /// Null when there is none. `mac` in normal form; boot interfaces count as well as `mac_address`.
  const config::Host* host(const std::string& name) const;
  const config::Host* host_by_mac(const std::string& mac) const;
  /// Whether that IPv4 address is the host's (or one of its interfaces').
  bool has_address(const config::Host& host, const std::string& address) const;

  /// The LMPs of the host's service set, in the order in which their scripts run.
  std::vector<const metapackage::Lmp*> lmps(const config::Host& host) const;

  /// What a host boots with this installer: the installer's own image or, for one without (`repair`), that
  /// of the host's installer. Null when neither is compiled.
  const config::CompiledImage* image(const config::Host& host, const std::string& installer) const;

  /// A path of an image, relative to LUCIE_STATE. Throws lucie::Error when it lies elsewhere.
  std::filesystem::path below_state(const std::filesystem::path& path) const;

  /// The hosts that an expression means: names, ranges, `@host_group`, `all`; each once, in definition order.
  /// Throws lucie::Error for unknown names, with the nearest one.
  std::vector<const config::Host*> select(const std::string& node_set) const;

 private:
  void select_one(const std::string& item, std::map<std::string, bool>& wanted) const;

  config::Compiled compiled_;
  std::filesystem::path state_;
  std::map<std::string, metapackage::Lmp> lmps_;
  std::map<std::string, const config::Host*> hosts_, hosts_by_mac_;
  std::multimap<std::string, std::string> addresses_;  ///< by host
};

}  // namespace lucie::daemon
