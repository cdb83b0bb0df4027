#pragma once

#include <string>
#include <vector>

#include "metapackage/rpm.hpp"
#include "metapackage/rpm_headers.hpp"

/// The content of an rpm; only rpm_*.cpp include this.
namespace lucie::metapackage {

/// The cpio archive of `files`, which `header` lists in the same order.
std::string rpm_archive(Header header, const std::vector<const RpmFile*>& files);

}  // namespace lucie::metapackage
