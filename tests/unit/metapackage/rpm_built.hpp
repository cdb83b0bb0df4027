#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "metapackage/rpm.hpp"

/// The same package as rpm's own builder makes it, in process: a spec is written, parsed and packaged below
/// `folder`. Gives the path of the rpm.
std::filesystem::path built_by_librpmbuild(const lucie::metapackage::RpmPackage& package,
                                           const std::filesystem::path& folder);

/// All tags of a package's two headers as `rpm --xml` would word them, by name.
std::map<std::string, std::string> rpm_tags(const std::filesystem::path& file);
