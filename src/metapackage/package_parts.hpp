#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metapackage/archive.hpp"
#include "metapackage/relations.hpp"

/// What the packages of all formats are made of; only package*.cpp include this.
namespace lucie::metapackage {

/// What an installed LMP consists of; anything else in the source tree stays there.
const std::vector<std::string>& package_parts();

/// "1:1.2-1": epoch "1", upstream "1.2", revision "1" (Debian policy 5.6.12). Epoch and revision may be
/// empty.
struct PackageVersion {
  std::string epoch, upstream, revision;
};
PackageVersion package_version(const Lmp& lmp);

/// The moment that stands for "not known": packages must have one.
inline constexpr std::int64_t unknown_time = 946684800;  // 2000-01-01

/// strftime(3) in UTC.
std::string utc_text(std::int64_t time, const char* format);

/// The text that says who holds the copyright and under which licence, with the year of `time`
/// when it is known.
std::string copyright(const Lmp& lmp, std::int64_t time);

/// The paragraphs of the package's description.
std::string package_text(const Lmp& lmp);

/// `tree_entries` and relations.json with their paths on the server.
std::vector<ArchiveEntry> installed_tree(const Lmp& lmp, const Proof& proof,
                                         const std::vector<Lmp>& collection);

}  // namespace lucie::metapackage
