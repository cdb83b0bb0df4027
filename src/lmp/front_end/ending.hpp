#pragma once

#include <chrono>
#include <optional>

#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// Throws lucie::Error when a front end did not end well: `status` as waitpid(2) gives it, nothing when it
/// went on for longer than `limit`.
void check_ending(const metapackage::Lmp& lmp, std::optional<int> status, std::chrono::seconds limit);

}  // namespace lucie::lmp
