#pragma once

#include <filesystem>
#include <string>

/// Indices of rpm-md repositories as libsolv and `Contents` keep them.
namespace lucie::universe {

/// The ending of files that `write_rpm_solv` makes; counts up when something else is kept in them.
inline constexpr const char* rpm_solv_ending = ".1rpm.solv";

/// Reads primary.xml and filelists.xml (plain, or compressed as their names say) and writes them as one
/// `.solv`, and which package has which file of `Contents`, both atomically. Throws lucie::Error that says
/// which of the two is at fault when one is not what it should be.
void write_rpm_solv(const std::filesystem::path& primary, const std::filesystem::path& filelists,
                    const std::filesystem::path& solv, const std::filesystem::path& contents);

/// The checksum of a file, in hexadecimal; `type` as repomd.xml writes it. Throws lucie::Error for types that
/// protect from nothing any more (md5, sha1) and unknown ones.
std::string checksum_of(const std::filesystem::path& file, const std::string& type);

/// "amd64" as "x86_64": the names that definitions and debs use, in rpm's words.
std::string rpm_architecture(const std::string& architecture);

}  // namespace lucie::universe
