#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "setup/inputs.hpp"

namespace lucie::setup {

/// Appends a fault for each module of the installer that no node of the service set would find: it is not
/// shipped, none of `lmps` (the set's) brings it, and `own` (ETC/modules.d) has no such program.
void check_modules(const config::Installer& installer, const std::vector<const metapackage::Lmp*>& lmps,
                   const std::filesystem::path& own, const Position& where, std::vector<Fault>& faults);

}  // namespace lucie::setup
