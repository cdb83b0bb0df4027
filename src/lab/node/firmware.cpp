#include "lab/node/firmware.hpp"

#include <chrono>
#include <fmt/format.h>
#include <map>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "lab/node/screen.hpp"
#include "net/fetch.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

/// Called by udhcpc with what it got in variables.
constexpr const char* lease_script = R"(#!/bin/sh
[ "$1" = bound ] || exit 0
for name in ip mask router dns domain boot_file bootfile; do
  eval "echo \"$name=\${$name:-}\""
done >"$LUCIE_LEASE"
)";

/// iPXE says who it is with its encapsulated options (175), which dnsmasq looks for; "17:01:01" is one of
/// them, support for HTTP (https://ipxe.org/howto/dhcpd).
constexpr const char* ipxe_option = "0xaf:130101";

}  // namespace

Lease read_lease(const std::string& text) {
  std::map<std::string, std::string> values;
  for (const std::string& line : base::split(text, '\n')) {
    if (const auto equals = line.find('='); equals != std::string::npos)
      values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  const auto routers = base::split_words(values["router"]);
  Lease lease{.address = values["ip"],
              .router = routers.empty() ? "" : routers.front(),
              .domain = values["domain"],
              .boot_file = values["bootfile"].empty() ? values["boot_file"] : values["bootfile"],
              .name_servers = base::split_words(values["dns"])};
  if (!values["mask"].empty()) lease.prefix = std::stoi(values["mask"]);
  if (lease.address.empty()) throw EnvironmentError("DHCP gave no address");
  return lease;
}

BootChoice read_boot_script(std::string_view script) {
  if (!script.starts_with("#!ipxe")) throw EnvironmentError("what DHCP names is no script for iPXE");
  BootChoice choice;
  for (const std::string& line : base::split(script, '\n')) {
    auto words = base::split_words(line);
    if (words.empty()) continue;
    if (words[0] == "echo" && choice.said.empty())
      choice.said = base::join({words.begin() + 1, words.end()}, " ");
    if (words[0] != "kernel" || choice.command_line) continue;
    choice.command_line.emplace();
    for (std::size_t index = 2; index < words.size() && words[index] != "||"; ++index) {
      if (words[index].starts_with("initrd=")) continue;
      *choice.command_line += (choice.command_line->empty() ? "" : " ") + words[index];
    }
  }
  return choice;
}

Lease Firmware::ask_dhcp() const {
  const fs::path script = folder / "dhcp", file = folder / "lease";
  base::write_file(script, lease_script, 0755);
  fs::remove(file);
  base::run({.argv = {busybox,  "udhcpc", "-i",  "eth0", "-f",     "-q",        "-n",  "-t",       "4",
                      "-T",     "1",      "-A",  "1",    "-x",     ipxe_option, "-O",  "bootfile", "-O",
                      "router", "-O",     "dns", "-O",   "domain", "-s",        script},
             .environment = {{"LUCIE_LEASE", file}}});
  if (!fs::exists(file)) throw EnvironmentError("no answer by DHCP");
  return read_lease(base::read_file(file));
}

std::string Firmware::fetch_script(const Lease& lease) const {
  std::string url = lease.boot_file;
  const std::string variable = "${netX/mac}";
  if (const auto at = url.find(variable); at != std::string::npos)
    url.replace(at, variable.size(), machine.mac_address);
  if (!url.starts_with("http://"))
    throw EnvironmentError(fmt::format("DHCP names no boot script ('{}')", url));
  say(url);
  const net::Response answer = net::fetch({.url = url, .time_limit = 30s});
  if (answer.status != 200)
    throw EnvironmentError(fmt::format("{}: {} {}", url, answer.status, base::trim(answer.body)));
  return answer.body;
}

Firmware::Result Firmware::run() const {
  for (;;) {
    try {
      say(fmt::format("eth0 {}: asking DHCP", machine.mac_address));
      Result result{.lease = ask_dhcp(), .choice = {}};
      const Lease& lease = result.lease;
      std::string batch = fmt::format("address flush dev eth0\naddress add {}/{} brd + dev eth0\n",
                                      lease.address, lease.prefix);
      // A gateway that is not in the lab's network is as good as none.
      if (!lease.router.empty())
        batch += fmt::format("route replace default via {} dev eth0\n", lease.router);
      base::run_or_throw({.argv = {"ip", "-force", "-batch", "-"}, .input = batch});
      result.choice = read_boot_script(fetch_script(lease));
      say(result.choice.said);
      return result;
    } catch (const Error& error) {
      say(fmt::format("{}; trying again", error.what()));
      std::this_thread::sleep_for(2s);
    }
  }
}

}  // namespace lucie::lab
