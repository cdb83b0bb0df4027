#include "base/paths.hpp"

#include <cstdlib>
#include <string>

namespace lucie::base {
namespace fs = std::filesystem;
namespace {

fs::path from_variable(const char* variable, const fs::path& standard) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? fs::path(value) : standard;
}

/// Installed programs find data in PREFIX/share/lucie; uninstalled ones run from BUILD/src/ROOM and find the
/// same tree laid out in BUILD/share.
fs::path data_folder(const fs::path& program_folder) {
  const fs::path uninstalled = program_folder / "../../share/lucie";
  std::error_code ignored;
  if (fs::is_directory(uninstalled, ignored)) return fs::canonical(uninstalled, ignored);
  return "/usr/share/lucie";
}

}  // namespace

Paths Paths::from_environment() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path share = data_folder(program);
  return {
      .etc = from_variable("LUCIE_ETC", "/etc/lucie"),
      .state = from_variable("LUCIE_STATE", "/var/lib/lucie"),
      .cache = from_variable("LUCIE_CACHE", "/var/cache/lucie"),
      .run = from_variable("LUCIE_RUN", "/run/lucie"),
      .lmps = from_variable("LUCIE_LMPS", "/usr/share/lucie/lmp"),
      .templates = from_variable("LUCIE_TEMPLATES", share / "templates"),
      .node = from_variable("LUCIE_NODE", share / "node"),
      .programs = from_variable("LUCIE_PROGRAMS", program),
  };
}

fs::path Paths::program(const std::string& name, const std::string& room) const {
  for (const fs::path& place : {programs / name, programs.parent_path() / room / name}) {
    std::error_code ignored;
    if (fs::is_regular_file(place, ignored)) return place;
  }
  return name;
}

}  // namespace lucie::base
