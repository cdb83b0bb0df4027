#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "installer/kernel_command_line.hpp"

namespace lucie::installer {

/// Who this node is, whom it talks to and where things lie, for one run of the installer.
struct Session {
  std::string server;  ///< http://ADDR:PORT, without a slash at the end
  std::string host;
  std::string token;
  std::filesystem::path run;                          ///< LUCIE_RUN, default /run/lucie
  std::filesystem::path target;                       ///< LUCIE_TARGET, default /target
  std::vector<std::filesystem::path> module_folders;  ///< later ones win
  std::filesystem::path program;                      ///< lucie-installer itself
  std::filesystem::path module_library;               ///< module.sh for modules written in shell

  std::filesystem::path slice_file() const { return run / "slice.json"; }
  std::filesystem::path log_folder() const { return run / "log"; }

  /// What every module gets in its environment.
  std::map<std::string, std::string> environment() const;
};

/// From the kernel's command line (lucie.server, lucie.host, lucie.token) and the environment, which wins.
/// LUCIE_MODULES is a colon-separated list that replaces the folders of the shipped modules.
Session session_from(const KernelCommandLine& command_line);

}  // namespace lucie::installer
