#pragma once

#include <string>

#include "base/reporter.hpp"
#include "installer/target_root.hpp"

namespace lucie::installer {

/// Puts the archive of expanded templates over the node's root. The node's own tar extracts it, so that
/// owners are found in the node's passwd and group. Throws lucie::Error when an owner or group does not exist
/// there (tar would quietly take another) or when the archive cannot be extracted.
void extract_overlay(const TargetRoot& root, const std::string& archive, base::Reporter& reporter);

}  // namespace lucie::installer
