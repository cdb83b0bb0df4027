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
  base::SystemTime time;             ///< stands in Release
};

/// Adds packages of both formats to the repository. Readers see the indices of a format as they were or with
/// all of the packages: `dists/lucie` and `repodata` are symbolic links that are moved at the end. With a key
/// the indices and the rpms in the pool are signed. Throws lucie::Error, with the indices unchanged, for a
/// file that is no package of an LMP, for a version that is there with another content, and when a signed
/// repository would lose its signature. Gives the names of the packages that
/// are new, each once.
std::vector<std::string> publish(const std::vector<std::filesystem::path>& files,
                                 const Publication& publication, base::Reporter& reporter);

/// The formats that the folder is a repository of: "deb", "rpm", both or none.
std::set<std::string> repository_formats(const std::filesystem::path& folder);

/// Unpacks the newest version of every LMP of a repository below `into` and reads them.
std::vector<Lmp> repository_lmps(const std::filesystem::path& repository, const std::filesystem::path& into,
                                 std::vector<Fault>& faults);

}  // namespace lucie::metapackage
