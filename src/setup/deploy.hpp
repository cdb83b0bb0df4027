#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "base/reporter.hpp"
#include "setup/design.hpp"
#include "setup/service.hpp"

namespace lucie::setup {

/// Makes the server what a design says: everything is built beside what is there and then put in its place,
/// so that a failure or an interruption before leaves what was deployed. Held under the lock of `apply`.
class Deployer {
 public:
  /// `cancelled` is asked while images are built; afterwards nothing is interrupted.
  Deployer(const base::Paths& paths, base::Reporter& reporter, ServiceBackend& services,
           std::function<bool()> cancelled);

  /// Builds and deploys. `compiled` of the design gets its version. Throws EnvironmentError.
  void deploy(Design& design);
  /// NFS roots and what nodes boot alone, built anew also when they are up to date.
  void rebuild_nfsroots(const Design& design);

 private:
  struct Staged;
  void build_images(const Design& design);
  void stage_installer(const Design& design, const std::string& installer, Staged& staged);
  void put_in_place(const Design& design, Staged& staged);
  void put_base_archives(Design& design);
  std::vector<std::string> write_files(const Design& design, bool reloads);
  void start_services(const Design& design, bool nfsroots_changed, bool cluster_changed);
  void tell_lucied(const Service& service, bool cluster_changed);

  const base::Paths& paths_;
  base::Reporter& reporter_;
  ServiceBackend& services_;
  ImageBuilder builder_;
  std::vector<std::string> restart_, reload_;  ///< services whose files changed
  bool unfinished_ = false;  ///< an earlier deployment was killed before it restarted services
};

/// The daemons of this server, in the order in which they start.
std::vector<Service> own_services(const base::Paths& paths, bool kernel_nfs);

/// Where the daemons' logs go when they are plain processes.
std::filesystem::path log_folder(const base::Paths& paths);

}  // namespace lucie::setup
