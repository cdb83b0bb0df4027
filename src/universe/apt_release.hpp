#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/cluster.hpp"
#include "net/fetch.hpp"
#include "universe/addresses.hpp"

namespace lucie::universe {

/// Where the files of one apt package server are.
class AptAddresses {
 public:
  /// Throws lucie::Error for addresses that cannot be fetched from (cdrom:, ssh: …).
  explicit AptAddresses(const config::PackageServer& server);

  /// `uri` and mirrors, each ending in '/', as libcurl wants them.
  const std::vector<std::string>& roots() const { return roots_; }
  /// What the `Filename` of a package is below, for each root.
  std::vector<std::string> package_bases() const;
  /// The folder of the Release file below a root: "dists/bookworm/", or the suite itself for a flat one.
  std::string release_folder() const;
  /// True for a repository without components, whose suite ends in '/'.
  bool flat() const { return flat_; }
  /// True when all roots are file: addresses.
  bool local() const;

 private:
  std::vector<std::string> roots_;
  std::string suite_;
  bool flat_;
};

/// A Release file that may be believed.
struct FetchedRelease {
  bool unchanged = false;
  std::string text;
  Validators validators;
};

/// Fetches InRelease (or Release with Release.gpg) from the first address that answers and verifies it
/// against `signed_by`. Servers that need not be signed may have a bare Release, or none: then one is made up
/// from their Packages files, looked for in `index_folders`, and those of `others` that are there. Throws
/// lucie::Error when it is not to be trusted, EnvironmentError when no address answers.
FetchedRelease fetch_release(const config::PackageServer& server, const AptAddresses& addresses,
                             const Validators& known, const std::vector<std::string>& index_folders,
                             const std::vector<std::string>& others);

}  // namespace lucie::universe
