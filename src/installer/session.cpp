#include "installer/session.hpp"

#include <cstdlib>

#include "base/paths.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// Beside the program when it runs uninstalled, otherwise where it is installed.
fs::path place(const fs::path& programs, const char* beside, const char* installed) {
  return fs::exists(programs / beside) ? programs / beside : (programs / installed).lexically_normal();
}

std::vector<fs::path> module_folders(const fs::path& programs, const fs::path& run) {
  std::vector<fs::path> folders;
  const std::string other = from_environment("LUCIE_MODULES", "");
  if (other.empty()) folders.push_back(place(programs, "modules", "../lib/lucie/modules"));
  for (const std::string& folder : base::split(other, ':')) {
    if (!folder.empty()) folders.emplace_back(folder);
  }
  folders.push_back(run / "modules");
  return folders;
}

}  // namespace

std::map<std::string, std::string> Session::environment() const {
  return {{"LUCIE_SLICE", slice_file().string()},
          {"LUCIE_RUN", run.string()},
          {"LUCIE_TARGET", target.string()},
          {"LUCIE_SERVER", server},
          {"LUCIE_HOST", host},
          {"LUCIE_TOKEN", token},
          {"LUCIE_PROGRAM", program.string()},
          {"LUCIE_MODULE_LIBRARY", module_library.string()}};
}

Session session_from(const KernelCommandLine& command_line) {
  const base::Paths paths = base::Paths::from_environment();
  Session session;
  session.server = from_environment("LUCIE_SERVER", command_line.value("lucie.server").value_or(""));
  while (session.server.ends_with('/')) session.server.pop_back();
  session.host = from_environment("LUCIE_HOST", command_line.value("lucie.host").value_or(""));
  session.token = from_environment("LUCIE_TOKEN", command_line.value("lucie.token").value_or(""));
  session.program = paths.programs / "lucie-installer";
  session.run = paths.run;
  session.target = from_environment("LUCIE_TARGET", "/target");
  session.module_folders = module_folders(paths.programs, session.run);
  session.module_library = place(paths.programs, "module.sh", "../share/lucie/module.sh");
  return session;
}

}  // namespace lucie::installer
