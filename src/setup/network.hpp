#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/cluster.hpp"

namespace lucie::setup {

/// An IPv4 address of this machine.
struct OwnAddress {
  std::string interface, address;
  /// The interface also has a unique local IPv6 address (RFC 4193), so that router advertisements can be
  /// sent there.
  bool unique_local = false;
};

/// The IPv4 addresses of the interfaces that are up, without loopback, in the kernel's order.
std::vector<OwnAddress> own_addresses();

/// A lucie group that this machine serves: from which address, on which interface.
struct ServedNetwork {
  std::string group;      ///< name of the lucie group
  std::string interface;  ///< "br0"
  std::string address;    ///< ours, in dotted quad
  std::string network;    ///< "192.168.10.0"
  int prefix = 24;        ///< its length in bits
  bool unique_local = false;
};

/// Which groups of the cluster the machine serves: those whose lucie_address is one of `addresses`, else
/// those in whose network one of them lies. Groups that are not served come as warnings.
std::vector<ServedNetwork> served_networks(const config::Cluster& cluster,
                                           const std::vector<OwnAddress>& addresses,
                                           std::vector<Fault>& warnings);

/// The bits of a dotted quad, most significant first; nothing when it is none.
std::optional<std::uint32_t> address_bits(const std::string& address);
std::string address_text(std::uint32_t bits);

}  // namespace lucie::setup
