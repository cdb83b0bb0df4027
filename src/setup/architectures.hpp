#pragma once

#include <string>
#include <vector>

#include "setup/inputs.hpp"

namespace lucie::setup {

/// Appends a fault for each of the named LMPs whose programs are for another architecture than that of the
/// nodes that the installer installs.
void check_architectures(const std::vector<metapackage::Lmp>& lmps, const std::vector<std::string>& names,
                         const config::Installer& installer, const Position& where,
                         std::vector<Fault>& faults);

}  // namespace lucie::setup
