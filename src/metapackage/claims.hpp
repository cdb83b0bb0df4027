#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metapackage/lmp.hpp"

/// Claims that work between LMPs that never met (lmp-relations(7), CLAIMS).
namespace lucie::metapackage {

/// "This path has this content": two LMPs with the same path and another value exclude each other.
struct PathClaim {
  std::string path;
  /// The first 63 bits of SHA-256 over all variants with owner and mode; a template that uses answers, and a
  /// secret, add the LMP's name.
  std::uint64_t value = 0;
};

PathClaim path_claim(const Lmp& lmp, const NodeFile& file);
/// One for each of its files, sorted by path.
std::vector<PathClaim> path_claims(const Lmp& lmp);

/// The virtual package that stands for a path: "lmp-path-" and the lowercase base32 of the first 20 bytes of
/// SHA-256 of the path.
std::string path_capability(const std::string& path);

}  // namespace lucie::metapackage
