#pragma once

#include <vector>

#include "config/schema.hpp"

namespace lucie::config {

/// The block types of cluster files, without what all of them have (`use`, `register`, the template's name).
std::vector<TypeSchema> cluster_schema();
/// The block types of an LMP's manifest.
std::vector<TypeSchema> manifest_schema();

}  // namespace lucie::config
