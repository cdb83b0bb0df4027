#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lucie::universe {

/// What a repomd.xml says (https://rpm-software-management.github.io/createrepo_c, "rpm-md").
struct Repomd {
  struct File {
    std::string path;           ///< below the repository's root
    std::string checksum_type;  ///< sha256, sha512 …
    std::string checksum;       ///< hexadecimal
    std::uint64_t size = 0;     ///< bytes; 0: not said
  };

  std::int64_t time = 0;              ///< of the newest file, seconds since 1970; 0: not said
  std::map<std::string, File> files;  ///< by type: primary, filelists, group …
};

/// Reads the text of a repomd.xml. Throws lucie::Error when it is none, or when a file that it names has no
/// usable place or checksum.
Repomd parse_repomd(std::string_view text);

/// The names of the packages that the group "core" of a comps file demands: what the release's minimal
/// installation has. None when there is no such group. Throws lucie::Error when it is no comps file.
std::vector<std::string> parse_minimal_group(std::string_view comps);

}  // namespace lucie::universe
