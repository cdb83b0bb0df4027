#include "setup/nfs.hpp"

#include <fmt/format.h>
#include <set>

#include "base/files.hpp"
#include "base/fill.hpp"
#include "base/text.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> client_networks(const std::vector<ServedNetwork>& served) {
  std::set<std::string> networks;
  for (const auto& network : served) networks.insert(fmt::format("{}/{}", network.network, network.prefix));
  return {networks.begin(), networks.end()};
}

/// One address can be bound; with several networks the server listens on all.
std::string bind_line(const std::vector<ServedNetwork>& served) {
  std::set<std::string> addresses;
  for (const auto& network : served) addresses.insert(network.address);
  return addresses.size() == 1 ? fmt::format("\n  Bind_addr = {};", *addresses.begin()) : "";
}

}  // namespace

fs::path nfsroot_folder(const fs::path& state) {
  return state / "exports/nfsroot";
}

std::string ganesha_configuration(const std::vector<std::string>& installers,
                                  const std::vector<ServedNetwork>& served, const fs::path& templates,
                                  const fs::path& state) {
  const std::string one = base::read_file(templates / "nfs/ganesha-export.conf.in");
  const std::string clients = base::join(client_networks(served), ", ");
  std::string exports;
  int number = 0;
  for (const std::string& installer : installers) {
    exports += base::fill(one, {{"number", std::to_string(++number)},
                                {"path", (nfsroot_folder(state) / installer).string()},
                                {"installer", installer},
                                {"clients", clients}});
  }
  return base::fill(base::read_file(templates / "nfs/ganesha.conf.in"),
                    {{"bind", bind_line(served)}, {"exports", exports}, {"state", state.string()}});
}

std::string kernel_exports(const std::vector<std::string>& installers,
                           const std::vector<ServedNetwork>& served, const fs::path& templates,
                           const fs::path& state) {
  const auto line = [&](const fs::path& path, const std::string& options) {
    std::string text = path.string();
    for (const std::string& network : client_networks(served)) {
      text += fmt::format(" {}(ro,sync,no_root_squash,no_subtree_check,{})", network, options);
    }
    return text + "\n";
  };
  std::string exports = line(state / "exports", "fsid=0");
  int number = 0;
  for (const std::string& installer : installers) {
    exports += line(nfsroot_folder(state) / installer, fmt::format("fsid={}", ++number));
  }
  return base::fill(base::read_file(templates / "nfs/lucie.exports.in"), {{"exports", exports}});
}

}  // namespace lucie::setup
