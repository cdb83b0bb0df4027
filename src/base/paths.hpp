#pragma once

#include <filesystem>
#include <string>

namespace lucie::base {

/// Where Lucie keeps things on this machine. Each place can be moved by an environment variable, which is how
/// programs run uninstalled and how tests keep away from the machine's own files.
struct Paths {
  std::filesystem::path etc;  ///< LUCIE_ETC, default /etc/lucie: definitions, answers, own templates
  std::filesystem::path
      state;  ///< LUCIE_STATE, default /var/lib/lucie: lock, pool, compiled clusters, NFS roots
  std::filesystem::path cache;  ///< LUCIE_CACHE, default /var/cache/lucie: fetched indices and packages
  std::filesystem::path run;    ///< LUCIE_RUN, default /run/lucie: sockets, process ids, marks
  std::filesystem::path lmps;   ///< LUCIE_LMPS, default /usr/share/lucie/lmp: installed LMPs
  std::filesystem::path
      templates;  ///< LUCIE_TEMPLATES, default beside the program or /usr/share/lucie/templates
  std::filesystem::path
      node;  ///< LUCIE_NODE, default /usr/share/lucie/node: packages of Lucie's node programs
  std::filesystem::path
      programs;  ///< LUCIE_PROGRAMS: folder of Lucie's other programs, default this program's

  static Paths from_environment();

  /// Another program of Lucie: beside this one, in the room of that name of a build folder, or else in PATH.
  std::filesystem::path program(const std::string& name, const std::string& room) const;
};

}  // namespace lucie::base
