#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/plan.hpp"

namespace lucie::lab {

/// What DHCP gave.
struct Lease {
  std::string address, router, domain, boot_file;
  int prefix = 24;
  std::vector<std::string> name_servers;
};

/// Reads `NAME=VALUE` lines, the variables that udhcpc gives its script.
Lease read_lease(const std::string& text);

/// What lucied's iPXE script tells the node to do.
struct BootChoice {
  /// Nothing: start from the own disk. Otherwise the kernel's command line, without the initrd's name.
  std::optional<std::string> command_line;
  std::string said;  ///< what the script writes on the screen
};

/// A script that loads a kernel boots it; one that does not leaves iPXE for the disk. Of iPXE's language only
/// `echo` and `kernel` up to its `||` are read: the rest of lucied's script loads and tries again, and no
/// kernel is loaded here.
BootChoice read_boot_script(std::string_view script);

/// What a network card's boot ROM does: asks DHCP as iPXE does, sets the card's address, fetches the boot
/// script that DHCP names, and asks again until it has one. Messages go to standard output. Works in our own
/// network namespace, on its card `eth0`.
/// `busybox`: a static one, for its udhcpc; `folder`: for files of its own.
struct Firmware {
  const Machine& machine;
  std::filesystem::path busybox, folder;

  /// The lease is set as the card's address; `choice` says what is to be booted.
  struct Result {
    Lease lease;
    BootChoice choice;
  };
  Result run() const;

 private:
  Lease ask_dhcp() const;
  std::string fetch_script(const Lease& lease) const;
};

}  // namespace lucie::lab
