#include "installer/modules/configure/access.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "installer/target_files.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// `systemctl enable` works on files alone, without a running systemd.
bool enable_unit(const TargetRoot& root, const std::string& unit) {
  if (!root.has("systemctl")) return false;
  return root.run({"systemctl", "--quiet", "enable", unit}, {}).success();
}

}  // namespace

void set_root_access(const TargetRoot& root, const wire::Slice& slice) {
  const std::string hash = slice.root_password_hash.empty() ? "*" : slice.root_password_hash;
  root.run_or_throw({"chpasswd", "--encrypted"},
                    {.environment = {}, .input = "root:" + hash + "\n", .on_line = {}});
  if (slice.ssh_authorized_keys.empty()) return;
  const fs::path folder = root / "/root/.ssh";
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  write_target_file(root.path(), "/root/.ssh/authorized_keys",
                    base::join(slice.ssh_authorized_keys, "\n") + "\n", 0600);
}

void set_network(const TargetRoot& root, const wire::Slice& slice, base::Reporter& reporter) {
  if (slice.address.empty() || slice.mac_address.empty())
    return reporter.warning("no address or no MAC address is known: the node's network is left as it is");
  write_target_file(root.path(), "/etc/systemd/network/10-lucie.network", network_file(slice));
  if (!enable_unit(root, "systemd-networkd.service"))
    reporter.warning("this node has no systemd-networkd: an LMP must set up its network");
}

void enable_serial_logins(const TargetRoot& root, const KernelCommandLine& command_line,
                          base::Reporter& reporter) {
  for (const std::string& console : command_line.values("console")) {
    const std::string line = console.substr(0, console.find(','));
    if (!line.starts_with("ttyS") && !line.starts_with("ttyAMA") && !line.starts_with("hvc")) continue;
    const std::string unit = fmt::format("serial-getty@{}.service", line);
    reporter.note(enable_unit(root, unit) ? "login on " + line : "no login on " + line + ": no systemd");
  }
}

}  // namespace lucie::installer
