#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/reporter.hpp"
#include "metapackage/lmp.hpp"

/// apt repositories of LMPs: POOL below pool/, indices below dists/lucie.
namespace lucie::metapackage {

struct Publication {
  std::filesystem::path repository;  ///< made when it does not exist
  std::string key;                   ///< gpg's name of the signing key; empty: not signed
  base::SystemTime time;             ///< stands in Release
};

/// Adds packages to the repository. Readers see the indices as they were or with all of the packages;
/// `dists/lucie` is a symbolic link that is moved at the end. What the indices know already is not read
/// again. Throws lucie::Error, with nothing changed, for a file that is no package, for a version that is
/// there with another content, and when a signed repository would lose its signature. Gives the names of
/// the packages that are new.
std::vector<std::string> publish(const std::vector<std::filesystem::path>& files,
                                 const Publication& publication, base::Reporter& reporter);

/// True when the folder is an apt repository.
bool is_repository(const std::filesystem::path& folder);

/// Unpacks the newest version of every LMP of a repository below `into` and reads them.
std::vector<Lmp> repository_lmps(const std::filesystem::path& repository, const std::filesystem::path& into,
                                 std::vector<Fault>& faults);

}  // namespace lucie::metapackage
