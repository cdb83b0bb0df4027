#include "setup/known_modules.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "config/modules.hpp"

namespace lucie::setup {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> own_modules(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) names.push_back(entry.path().filename());
  }
  return names;
}

}  // namespace

void check_modules(const config::Installer& installer, const std::vector<const metapackage::Lmp*>& lmps,
                   const fs::path& own, const Position& where, std::vector<Fault>& faults) {
  std::vector<std::string> known = config::shipped_modules();
  for (const metapackage::Lmp* lmp : lmps) {
    for (const fs::path& module : lmp->modules) known.push_back(module.filename());
  }
  for (std::string& name : own_modules(own)) known.push_back(std::move(name));
  for (const std::string& name : installer.modules) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string hint = base::did_you_mean(name, known);
    if (hint.empty()) hint = fmt::format("ask for an LMP that brings it, or put it into {}", own.string());
    faults.push_back(
        {where, fmt::format("installer '{}': there is no module '{}'", installer.name, name), hint});
  }
}

}  // namespace lucie::setup
