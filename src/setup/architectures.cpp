#include "setup/architectures.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace lucie::setup {

void check_architectures(const std::vector<metapackage::Lmp>& lmps, const std::vector<std::string>& names,
                         const config::Installer& installer, const Position& where,
                         std::vector<Fault>& faults) {
  for (const auto& lmp : lmps) {
    if (lmp.architecture == "all" || lmp.architecture == installer.architecture) continue;
    if (std::ranges::find(names, lmp.name) == names.end()) continue;
    faults.push_back(
        {where,
         fmt::format("'{}' is for {}, but installer '{}' installs {}", lmp.name, lmp.architecture,
                     installer.name, installer.architecture),
         fmt::format("leave '{}' out, or give the hosts an installer for {}", lmp.name, lmp.architecture)});
  }
}

}  // namespace lucie::setup
