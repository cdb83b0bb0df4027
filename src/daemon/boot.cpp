#include "daemon/boot.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::daemon {
namespace {

bool is_address(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

/// A node has no name service when it mounts its NFS root: only an address can name another NFS server.
std::string nfs_address(const Snapshot& snapshot, const config::Host& host, const Endpoint& endpoint) {
  const config::LucieGroup* group = snapshot.cluster().lucie_group(host.lucie_group);
  return group != nullptr && is_address(group->nfs_server) ? group->nfs_server : endpoint.address;
}

const config::CompiledImage& image_for(const Snapshot& snapshot, const config::Host& host,
                                       const std::string& installer) {
  const config::CompiledImage* image = snapshot.image(host, installer);
  if (image == nullptr)
    throw Error(fmt::format("installer '{}' has no NFS root", installer)).hint("run lucie-setup apply");
  return *image;
}

}  // namespace

std::string Endpoint::url() const {
  return fmt::format("http://{}:{}", address, port);
}

Endpoint endpoint_for(const Snapshot& snapshot, const config::Host& host, const std::string& local,
                      std::uint16_t port) {
  const config::LucieGroup* group = snapshot.cluster().lucie_group(host.lucie_group);
  const bool told = group != nullptr && !group->lucie_address.empty();
  return {told ? group->lucie_address : local, port};
}

std::string fill_template(const std::string& text, const std::map<std::string, std::string>& values) {
  std::string filled;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find("@{", at);
    filled.append(text, at, begin - at);
    if (begin == std::string::npos) return filled;
    const std::size_t end = text.find('}', begin);
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const auto value = values.find(name);
    if (end == std::string::npos || value == values.end())
      throw Error(fmt::format("template: unknown name '{}'", name));
    filled += value->second;
    at = end + 1;
  }
}

std::string kernel_command_line(const Snapshot& snapshot, const config::Host& host,
                                const std::string& installer, const Endpoint& endpoint,
                                const std::string& mac, const std::string& token) {
  const config::CompiledImage& image = image_for(snapshot, host, installer);
  std::string line = fmt::format(
      "lucie.server={} lucie.nfs={}:/nfsroot/{} lucie.host={} lucie.mac={} lucie.token={} ip=dhcp "
      "console=tty0 "
      "console=ttyS0,115200",
      endpoint.url(), nfs_address(snapshot, host, endpoint), image.installer, host.name, mac, token);
  const config::Installer* definition = snapshot.cluster().installer(installer);
  if (definition != nullptr && !definition->kernel_options.empty()) line += " " + definition->kernel_options;
  return line;
}

BootScripts::BootScripts(const std::filesystem::path& templates)
    : install_(base::read_file(templates / "ipxe/install.ipxe.in")),
      own_disk_(base::read_file(templates / "ipxe/own-disk.ipxe.in")) {}

std::string BootScripts::install(const Snapshot& snapshot, const config::Host& host,
                                 const std::string& installer, const Endpoint& endpoint,
                                 const std::string& mac, const std::string& token) const {
  const config::CompiledImage& image = image_for(snapshot, host, installer);
  return fill_template(
      install_, {{"host", host.name},
                 {"installer", installer},
                 {"boot_files", fmt::format("{}/boot-files/{}", endpoint.url(), image.installer)},
                 {"command_line", kernel_command_line(snapshot, host, installer, endpoint, mac, token)}});
}

std::string BootScripts::own_disk(const std::string& why) const {
  return fill_template(own_disk_, {{"why", why}});
}

}  // namespace lucie::daemon
