#include "installer/target_files.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/netmask.hpp"

namespace lucie::installer {

namespace fs = std::filesystem;

std::string resolv_conf(const wire::Slice& slice) {
  std::string text;
  if (!slice.domain.empty()) text += fmt::format("search {}\n", slice.domain);
  for (const std::string& server : slice.dns) text += fmt::format("nameserver {}\n", server);
  return text;
}

std::string network_file(const wire::Slice& slice) {
  std::string text = fmt::format("[Match]\nMACAddress={}\n\n[Network]\nAddress={}/{}\n", slice.mac_address,
                                 slice.address, base::prefix_length(slice.netmask));
  if (!slice.gateway.empty()) text += fmt::format("Gateway={}\n", slice.gateway);
  for (const std::string& server : slice.dns) text += fmt::format("DNS={}\n", server);
  for (const std::string& server : slice.ntp) text += fmt::format("NTP={}\n", server);
  if (!slice.domain.empty()) text += fmt::format("Domains={}\n", slice.domain);
  return text;
}

void write_target_file(const fs::path& target, const fs::path& inside, const std::string& content,
                       unsigned mode) {
  const fs::path file = target / inside.relative_path();
  fs::create_directories(file.parent_path());
  base::write_file(file, content, mode);
}

void write_identity(const fs::path& target, const fs::path& run, const wire::Slice& slice) {
  if (fs::exists(run / "fstab")) write_target_file(target, "/etc/fstab", base::read_file(run / "fstab"));
  write_target_file(target, "/etc/hostname", slice.host + "\n");
  if (!slice.dns.empty()) write_target_file(target, "/etc/resolv.conf", resolv_conf(slice));
}

}  // namespace lucie::installer
