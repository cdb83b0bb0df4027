#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "config/cluster.hpp"

namespace lucie::setup {

/// Datasets whose source is not there, is no file, or has another digest than the definitions say. Digests
/// are kept in `cache`, so that a large file is read once, as long as it does not change.
void check_datasets(const config::Cluster& cluster, const std::filesystem::path& cache,
                    std::vector<Fault>& faults);

}  // namespace lucie::setup
