#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "config/compiled.hpp"
#include "setup/image.hpp"
#include "setup/inputs.hpp"
#include "setup/network.hpp"
#include "universe/pool.hpp"

namespace lucie::setup {

/// A file that the server's daemons read.
struct GeneratedFile {
  std::filesystem::path path;
  std::string content;
  std::string service;   ///< whose it is
  bool reloads = false;  ///< a change needs no restart of the service
};

/// The images of one installer.
struct InstallerImages {
  ImageRecipe base, nfsroot;
  /// Packages that lie on this machine (Lucie's node programs): they are installed into the unpacked NFS
  /// root, so that a new version of them does not cost a new image.
  std::vector<universe::Package> local;

  /// Names the NFS root with the local packages in it.
  std::string nfsroot_key(const std::filesystem::path& templates) const;
};

/// What the server should be: the outcome of inputs, lock and this machine's network, before anything is
/// touched. `plan` compares it with what is deployed; `apply` makes it so.
struct Design {
  universe::Lock lock;
  config::Compiled compiled;
  std::vector<ServedNetwork> served;
  std::vector<GeneratedFile> files;
  std::map<std::string, InstallerImages> images;  ///< by installer
  /// Trees to copy, by the path under STATE that the compiled cluster names.
  std::map<std::filesystem::path, std::filesystem::path> lmp_trees;
  bool kernel_nfs = false;  ///< nfs-kernel-server rather than nfs-ganesha
  std::vector<Fault> warnings;
};

/// Works it out from the definitions. Throws FaultsError when inputs are wrong or the lock does not stand for
/// them.
Design design_from_inputs(const base::Paths& paths, const Inputs& inputs, const universe::Lock& lock);

/// The same for a compiled cluster of before and its lock (`rollback`).
Design design_from_compiled(const base::Paths& paths, const config::Compiled& compiled,
                            const universe::Lock& lock);

/// What `apply` last did, STATE/deployed.json.
struct Deployed {
  std::map<std::string, std::string> images;  ///< keys, by "base/INSTALLER", "nfsroot/INSTALLER", …
  std::map<std::string, std::string> pools;   ///< hash of the lock each was filled for, by target
  std::string initrd;                         ///< hash of the templates that went into the initrds
};

Deployed load_deployed(const base::Paths& paths);
void store_deployed(const base::Paths& paths, const Deployed& deployed);

/// Names what the initrds are made of besides the NFS roots.
std::string initrd_key(const std::filesystem::path& templates);

/// Names a set of packages.
std::string packages_key(const std::vector<universe::Package>& packages);

}  // namespace lucie::setup
