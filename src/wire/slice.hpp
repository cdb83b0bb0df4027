#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/cluster.hpp"

/// What one node is told: its part of the compiled cluster, as JSON from `GET /v1/nodes/NAME/slice`.
namespace lucie::wire {

struct SlicePartition {
  std::string mount_point, file_system;
  std::uint64_t least = 0, most = 0;  ///< bytes; most 0: no limit
  std::vector<std::string> options;
};

struct SliceScript {
  std::string lmp, name;  ///< run order is the order of the list
  std::string path;       ///< in the scripts archive: LMP/NAME
};

/// Large data that the module `dolly` receives from the ring.
struct SliceDataset {
  std::string name;
  std::string destination;  ///< on the node, absolute
  std::string sha256;       ///< of the source; empty: not known
  std::uint64_t size = 0;   ///< bytes of the source
  bool unpack = false;      ///< a tar archive that is unpacked below `destination`
};

/// Where the node receives its file, relative to its root: at the destination itself or, for what is
/// unpacked, as a hidden file in it.
std::string received_as(const SliceDataset& dataset);

/// How the node's agents tell what they found (lucie-agent(8)).
struct SliceAgent {
  std::string address;     ///< multicast group; empty: nothing is told
  std::uint16_t port = 0;  ///< UDP
  std::string server;      ///< lucied's own address, where the multicast does not get through
  int interval = 300;      ///< seconds between two runs
  std::string key;         ///< the node's own key, hexadecimal
};

struct Slice {
  std::string host, domain, mac_address, address, netmask, gateway;
  std::vector<std::string> dns, ntp;
  std::string lucie_group, installer, target, architecture;
  std::vector<std::string> modules;
  // partition
  std::string disk, label;
  std::vector<SlicePartition> partitions;
  // extrbase
  std::string base_url, base_sha256;
  std::uint64_t base_size = 0;
  // install
  std::string repository_url, repository_suite;
  std::vector<std::string> packages;  ///< "name=version"
  // configure
  std::string host_keys_url;  ///< tar of the node's secure shell host keys, like overlay_url's
  std::string overlay_url;    ///< tar of expanded templates, paths relative to the node's root
  std::string scripts_url;    ///< tar of scripts, `LMP/NAME`
  std::vector<SliceScript> scripts;
  std::map<std::string, std::string> environment;  ///< LUCIE_HOST, LUCIE_GROUP, LUCIE_INSTALLER
  std::map<std::string, std::map<std::string, std::string>> answers;  ///< by LMP
  std::string root_password_hash;
  std::vector<std::string> ssh_authorized_keys;
  std::string kernel_options;
  // dolly
  std::vector<SliceDataset> datasets;
  std::uint16_t ring_port = 0;  ///< where `dollyplus receive` listens, TCP
  std::string ring_key;         ///< the cluster's key for rings, hexadecimal
  std::string ring_trust;       ///< the public keys that rings are signed with, PEM; empty: they are not
  SliceAgent agent;
  std::map<std::string, int> timeouts, retries;  ///< by module; seconds
  std::string server_time;                       ///< RFC 3339, when the slice was made
};

std::string to_json(const Slice& slice);
Slice slice_from_json(const std::string& text);

}  // namespace lucie::wire
