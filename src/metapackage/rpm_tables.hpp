#pragma once

#include <cstdint>
#include <string>

#include "metapackage/rpm.hpp"
#include "metapackage/rpm_headers.hpp"

/// The tables of an rpm's header; only rpm_*.cpp include this.
namespace lucie::metapackage {

/// "1.2-1" and "2:1.2-1".
std::string version_release(const RpmPackage& package);
std::string epoch_version_release(const RpmPackage& package);

/// Provides, Requires and Conflicts, with what the format itself asks for.
void put_relations(Header header, const RpmPackage& package);
void put_scriptlets(Header header, const RpmScriptlets& scriptlets);

/// The table of files, their size and the digests of the payload, which is given back. `archive_size`: the
/// payload's size before it was compressed.
std::string put_content(Header header, const RpmPackage& package, std::uint32_t& archive_size);

/// The header of digests before a package's own header, filled up to a multiple of eight. `signature`:
/// OpenPGP packets over `header`, or empty.
std::string signature_bytes(std::string_view header, std::string_view payload, std::uint32_t archive_size,
                            const std::string& signature);

}  // namespace lucie::metapackage
