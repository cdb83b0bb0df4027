#include "base/process.hpp"
#include "net/fetch.hpp"
#include "setup/deploy.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

bool lucied_answers(const fs::path& socket) {
  try {
    net::Request request{.url = "http://lucied/v1/health"};
    request.unix_socket = socket;
    return net::fetch(request).status == 200;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

fs::path log_folder(const base::Paths& paths) {
  return paths.state == "/var/lib/lucie" ? "/var/log/lucie" : paths.state / "log";
}

std::vector<Service> own_services(const base::Paths& paths, bool kernel_nfs) {
  std::vector<Service> services;
  if (!kernel_nfs) {
    services.push_back({.name = "lucie-nfs",
                        .purpose = "NFS",
                        .command = {"ganesha.nfsd", "-F", "-f", paths.state / "nfs/ganesha.conf", "-L",
                                    "STDERR", "-p", paths.run / "ganesha.pid"},
                        .ready = [] { return tcp_port_open(2049); },
                        .hangup_reloads = false});
  }
  const fs::path socket = paths.run / "lucied.sock";
  services.push_back({.name = "lucied",
                      .purpose = "boot scripts, slices, events",
                      .command = {paths.program("lucied", "daemon")},
                      .ready = [socket] { return lucied_answers(socket); },
                      .hangup_reloads = false});
  services.push_back(
      {.name = "lucie-dhcp",
       .purpose = "DHCP and TFTP",
       .command = {"dnsmasq", "--keep-in-foreground",
                   "--conf-file=" + (paths.state / "dhcp/dnsmasq.conf").string(), "--pid-file"},
       .ready = [] { return udp_port_open(67); }});
  return services;
}

}  // namespace lucie::setup
