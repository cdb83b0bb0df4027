#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "universe/universe.hpp"

namespace lucie::universe {

/// What `lucie-setup lock` proved for one installer: JSON, `STATE/lock.json`.
struct LockedSet {
  std::string installer;
  std::vector<std::string> services, lmps;
  std::vector<std::string> wanted;  ///< package names asked for
  std::vector<Package> packages;    ///< closure beyond the base archive's
  /// The answers that it holds for: conditions like "mpi/flavour = openmpi", and whether each was met.
  std::map<std::string, bool> conditions;
};

struct LockedInstaller {
  std::string installer, target, identity;  ///< identity of the universe
  std::vector<Package> base;                ///< closure of the base archive (base set, kernel, boot)
  std::vector<Package> nfsroot;             ///< closure of the NFS root
  std::vector<LockedSet> sets;
};

struct Lock {
  std::vector<LockedInstaller> installers;
  /// SHA-256 over the content; two equal locks have the same.
  std::string hash() const;
  /// Every package of one target once.
  std::vector<Package> packages(const std::string& target) const;
};

std::string to_json(const Lock& lock);
Lock lock_from_json(const std::string& text);

/// Fetches packages into the cache (CACHE/packages/xx/SHA256.deb, verified) with several connections at once;
/// what is there is not fetched again. Files that are local are copied. Throws EnvironmentError when one
/// cannot be had from any of its addresses, naming it.
void fetch_packages(const std::vector<Package>& packages, const std::filesystem::path& cache,
                    base::Reporter& reporter);

/// Makes `pool` an apt repository of exactly these packages: POOL/packages/*.deb (hard links or copies from
/// the cache), POOL/dists/SUITE/main/binary-ARCH/Packages(.xz) of each architecture, Release. Written beside
/// and swapped in, so that readers see the old or the new one; the same packages give the same bytes. Of
/// different packages of one name, version and architecture the first is taken, with a warning. Unsigned: it
/// is served by the Lucie server itself and used with `trusted=yes`.
void write_pool(const std::vector<Package>& packages, const std::string& suite,
                const std::set<std::string>& architectures, const std::filesystem::path& cache,
                const std::filesystem::path& pool, base::Reporter& reporter);

}  // namespace lucie::universe
