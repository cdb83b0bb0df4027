#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "daemon/snapshot.hpp"

namespace lucie::daemon {

/// Where nodes reach lucied.
struct Endpoint {
  std::string address;  ///< IPv4
  std::uint16_t port = 8080;

  std::string url() const;
};

/// Our address in the host's network: `lucie_address` of its lucie group, else the one that the host asked
/// at (`local`).
Endpoint endpoint_for(const Snapshot& snapshot, const config::Host& host, const std::string& local,
                      std::uint16_t port);

/// Text with every `@{name}` replaced. Throws lucie::Error for a name that `values` lacks.
std::string fill_template(const std::string& text, const std::map<std::string, std::string>& values);

/// iPXE scripts, made from templates/ipxe.
class BootScripts {
 public:
  /// `templates`: Paths::templates. Read once. Throws EnvironmentError when one is missing.
  explicit BootScripts(const std::filesystem::path& templates);

  /// Boots the installer. Throws lucie::Error when its image is not compiled.
  std::string install(const Snapshot& snapshot, const config::Host& host, const std::string& installer,
                      const Endpoint& endpoint, const std::string& mac, const std::string& token) const;
  /// Boots the own disk after saying why.
  std::string own_disk(const std::string& why) const;

 private:
  std::string install_, own_disk_;
};

/// The kernel's command line for a node that is installed.
std::string kernel_command_line(const Snapshot& snapshot, const config::Host& host,
                                const std::string& installer, const Endpoint& endpoint,
                                const std::string& mac, const std::string& token);

}  // namespace lucie::daemon
