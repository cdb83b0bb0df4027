#pragma once

#include <filesystem>
#include <map>
#include <string>

/// What an rpm-md repository says about its packages. createrepo_c's library stays behind this header.
namespace lucie::metapackage {

/// A package's entries in the three tables, as XML.
struct RpmMetadata {
  std::string name, version;  ///< EPOCH:VERSION-RELEASE
  std::string sha256;         ///< of the file
  std::string primary, filelists, other;
};

/// `place`: where it lies below the repository.
RpmMetadata rpm_metadata(const std::filesystem::path& file, const std::string& place);

/// What `repodata` below the repository says, by place. Throws lucie::Error when it is damaged.
std::map<std::string, RpmMetadata> read_rpm_metadata(const std::filesystem::path& repository);

}  // namespace lucie::metapackage
