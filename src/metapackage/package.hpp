#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "metapackage/archive.hpp"
#include "metapackage/claims.hpp"
#include "metapackage/deb.hpp"
#include "metapackage/relations.hpp"
#include "metapackage/rpm.hpp"

/// From a proved LMP to its package.
namespace lucie::metapackage {

/// The part of an LMP's tree that is installed below /usr/share/lucie/lmp/NAME, with the modes it gets there;
/// paths relative to the tree, sorted. Without relations.json.
std::vector<ArchiveEntry> tree_entries(const Lmp& lmp);

/// What a package says about others in every format, before the format's own spelling (lmp-relations(7)).
struct PackageRelations {
  std::set<std::string> depends;    ///< LMPs; "a | b" where one of them is enough
  std::set<std::string> conflicts;  ///< LMPs
  std::vector<PathClaim> claims;
  std::set<std::string> packages;  ///< packages of its lists, whatever the target
  std::set<std::string> excluded;  ///< packages that cannot stand beside it
};
PackageRelations package_relations(const Lmp& lmp, const Proof& proof);

/// Depends, Conflicts and Provides as Debian writes them, each item once and sorted.
struct DebRelations {
  std::vector<std::string> depends, conflicts, provides;
};
DebRelations deb_relations(const Lmp& lmp, const Proof& proof);

/// What is stamped on a package, seconds since 1970: SOURCE_DATE_EPOCH, else the manifest's date, else the
/// first day of 2000. Times of files are not looked at: a copy of the sources gives the same package.
std::int64_t package_time(const Lmp& lmp);

/// "lmp-mpi_1.2-1_all.deb", or with "amd64" or "arm64": an epoch is no part of it.
std::string deb_file_name(const Lmp& lmp);

/// The package lmp-NAME. `time`: seconds since 1970. The same input always gives the same bytes.
std::string build_deb(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection,
                      std::int64_t time, Packing packing);

/// The package lmp-NAME for rpm systems, with the same files and relations; `write_rpm` makes the file.
RpmPackage rpm_package(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection,
                       std::int64_t time);

}  // namespace lucie::metapackage
