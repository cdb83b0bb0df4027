#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/cluster.hpp"

/// The compiled cluster: what `lucie-setup apply` deploys and `lucied` serves from. One JSON file a version,
/// `STATE/cluster/N.json`; `STATE/cluster/current` is a symbolic link to the one in force.
namespace lucie::config {

/// An LMP as it was when the cluster was compiled: a copy of its tree that nothing changes afterwards.
struct CompiledLmp {
  std::string name, version;
  std::filesystem::path tree;  ///< STATE/lmp/<sha256 of the tree>/
};

struct LockedPackage {
  std::string name, version, architecture;
};

/// What the solver proved for the hosts of one service set. Hosts with the same services whose answers choose
/// different packages or LMPs have sets of their own.
struct CompiledServiceSet {
  std::string installer;
  std::vector<std::string> services;    ///< sorted; with the LMPs that relations add
  std::vector<std::string> lmps;        ///< all LMPs, in the order in which their scripts run
  std::vector<LockedPackage> packages;  ///< beyond the base archive, in no order
  std::vector<std::string> wanted;      ///< names that the package lists ask for
  std::vector<std::string> hosts;       ///< whose set it is
};

/// What nodes boot and extract for one installer. Paths are below STATE; URLs are formed by the daemon.
struct CompiledImage {
  std::string installer, target;
  std::string suite;                     ///< suite name of the pool's apt repository
  std::filesystem::path nfsroot;         ///< directory exported by NFS
  std::filesystem::path kernel, initrd;  ///< boot files
  std::filesystem::path base_archive;    ///< tar.zst for extrbase
  std::string base_sha256;
  std::uint64_t base_size = 0;  ///< bytes
  std::filesystem::path pool;   ///< apt repository of the locked packages
};

struct Compiled {
  int version = 0;   ///< counts up with every apply
  std::string made;  ///< RFC 3339
  std::string lock;  ///< hash of the lock it stands on
  Cluster cluster;
  std::map<std::string, CompiledLmp> lmps;
  std::vector<CompiledServiceSet> service_sets;
  std::vector<CompiledImage> images;
  std::vector<Answers> answers;  ///< all answers in force

  /// The set proved for a host; null when there is none.
  const CompiledServiceSet* set_of(const Host& host) const;
  const CompiledImage* image(const std::string& installer) const;
};

std::string to_json(const Compiled& compiled);
/// Throws lucie::Error when the text is not a compiled cluster of a version that we know.
Compiled compiled_from_json(const std::string& text);

/// Writes STATE/cluster/N.json and moves `current` to it; N is the next free number, also stored in
/// `version`.
void store_compiled(const std::filesystem::path& state, Compiled& compiled);
/// The one `current` points at. Throws lucie::Error with the hint to run `lucie-setup apply` when there is
/// none.
Compiled load_current(const std::filesystem::path& state);

}  // namespace lucie::config
