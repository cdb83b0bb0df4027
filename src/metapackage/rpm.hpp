#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "metapackage/archive.hpp"

/// rpm binary packages (format version 3 with version 4 headers, as rpm 4.14 and later read them). librpm
/// stays behind this header.
namespace lucie::metapackage {

/// An item of Provides, Requires or Conflicts.
struct RpmRelation {
  std::string name;        ///< a capability, or a rich dependency in parentheses
  std::string comparison;  ///< "<", "=", ">" or empty
  std::string version;

  auto operator<=>(const RpmRelation&) const = default;
};

struct RpmFile {
  enum class Kind {
    plain,
    directory,
    document,  ///< %doc
    answers    ///< %ghost %config(noreplace): made later, never replaced by the package
  };
  std::string path;  ///< absolute
  std::string content = {};
  unsigned mode = 0644;
  Kind kind = Kind::plain;
};

/// A script that rpm runs with /bin/sh; an empty body is left out.
struct RpmScriptlets {
  std::string pre, post, preun, postun;
};

struct RpmPackage {
  std::string name, epoch, version, release;  ///< epoch may be empty
  std::string architecture = "noarch";        ///< or "x86_64", "aarch64"
  std::string summary, description, license, packager;
  std::vector<RpmRelation> provides, needs, conflicts;  ///< what the format itself asks for is added
  std::vector<RpmFile> files;                           ///< folders too: only those that stand here are owned
  RpmScriptlets scriptlets;
  std::string change;     ///< text of its one changelog entry
  std::int64_t time = 0;  ///< stamped on everything, seconds since 1970
};

/// "lmp-base-0.1.0-0.noarch.rpm"; an epoch is no part of it.
std::string rpm_file_name(const RpmPackage& package);

/// The package's bytes, its content compressed with zstd. The same input gives the same bytes with the same
/// librpm. Throws lucie::Error for a version or release that rpm does not allow.
std::string write_rpm(const RpmPackage& package);

struct RpmContent {
  std::string name, epoch, version, release, architecture;
  std::string identity;             ///< SHA-256 of its header; signing does not change it
  std::vector<std::string> paths;   ///< of all its files, absolute
  std::vector<ArchiveEntry> files;  ///< paths absolute
};

/// True when the bytes begin as an rpm does.
bool is_rpm(std::string_view bytes);

/// Reads a package back and verifies its digests (not its signatures). Throws lucie::Error when it is
/// damaged. `with_files`: the content too.
RpmContent read_rpm(std::string_view bytes, bool with_files);

/// The package with a signature of its header, which holds the digest of the rest; one that was there is
/// replaced. `sign` gives OpenPGP packets for the bytes.
std::string signed_rpm(std::string_view bytes, const std::function<std::string(std::string_view)>& sign);
bool is_signed_rpm(std::string_view bytes);

/// Below zero, 0 or above zero as the left version (`EPOCH:VERSION-RELEASE`) is older, the same or newer.
int compare_rpm_versions(const std::string& left, const std::string& right);

}  // namespace lucie::metapackage
