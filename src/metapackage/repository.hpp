#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/reporter.hpp"
#include "metapackage/lmp.hpp"

/// Repositories of LMPs: packages below pool/, for debs indices of apt below dists/lucie, for rpms rpm-md
/// below repodata.
namespace lucie::metapackage {

struct Publication {
  std::filesystem::path repository;  ///< made when it does not exist
  std::string key;                   ///< gpg's name of the signing key; empty: not signed
  base::SystemTime time;             ///< stands in the indices
  std::size_t keep = 0;              ///< newest versions of each LMP that stay; 0: all
  bool skip_published = false;       ///< leave versions out that are there with another content
};

/// A package as it stands in the indices.
struct PublishedPackage {
  std::string name, version, architecture;
  std::string format;  ///< "deb" or "rpm"
  std::string file;    ///< below the repository
};

/// What a publication changed.
struct RepositoryChange {
  std::vector<PublishedPackage> added, removed;
};

/// Adds packages of both formats to the repository. Readers see all indices as they were or all of them with
/// the packages: one symbolic link is moved at the end. What the indices of before name stays for an hour,
/// for readers in the middle of an update. With a key the indices and the rpms in the pool are signed. Throws
/// lucie::Error, with the indices unchanged, for a file that is no package of an LMP, for a version that is
/// there with another content (unless those are skipped), when a signed repository would lose its signature,
/// and when its indices were not made by who has the key.
RepositoryChange publish(const std::vector<std::filesystem::path>& files, const Publication& publication,
                         base::Reporter& reporter);

/// Takes LMPs out of the indices of both formats, in the same way. `wanted`: NAME or NAME=VERSION, the name
/// with or without `lmp-`. Throws lucie::Error, with nothing changed, when one of them is not published.
RepositoryChange unpublish(const std::vector<std::string>& wanted, const Publication& publication,
                           base::Reporter& reporter);

/// The formats that the folder is a repository of: "deb", "rpm", both or none.
std::set<std::string> repository_formats(const std::filesystem::path& folder);

/// Unpacks the newest version of every LMP of a repository below `into` and reads them.
std::vector<Lmp> repository_lmps(const std::filesystem::path& repository, const std::filesystem::path& into,
                                 std::vector<Fault>& faults);

}  // namespace lucie::metapackage
