#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/tree.hpp"
#include "setup/commands/commands.hpp"
#include "setup/commands/session.hpp"
#include "setup/compile.hpp"
#include "setup/design.hpp"
#include "setup/root.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

const config::Installer& find_installer(const config::Cluster& cluster, const std::string& name) {
  if (const auto* installer = cluster.installer(name)) return *installer;
  std::vector<std::string> names;
  for (const auto& installer : cluster.installers) names.push_back(installer.name);
  throw Error(fmt::format("there is no installer '{}'", name)).hint(base::did_you_mean(name, names));
}

/// Its apt asks the servers that ours asks, and finds them as we do. A root of another release keeps none:
/// the administrator gives it its own.
void give_package_sources(const config::Installer& installer, const fs::path& root) {
  constexpr auto over = fs::copy_options::recursive | fs::copy_options::overwrite_existing;
  if (fs::exists("/etc/resolv.conf")) fs::copy_file("/etc/resolv.conf", root / "etc/resolv.conf", over);
  if (installer.target != config::own_target()) return;
  fs::create_directories(root / "etc/apt");
  for (const char* part : {"sources.list", "sources.list.d", "keyrings", "trusted.gpg.d"}) {
    const fs::path source = fs::path("/etc/apt") / part;
    if (fs::exists(source)) fs::copy(source, root / "etc/apt" / part, over);
  }
}

/// Makes the installer's own root from the packages of its locked base archive, the first time.
fs::path prepare_root(const base::Paths& paths, const config::Installer& installer, const Session& session,
                      cli::Terminal& terminal) {
  const fs::path root = own_root(paths, installer.name);
  if (fs::exists(root)) return root;
  const universe::Lock lock = load_lock(paths);
  for (const auto& locked : lock.installers) {
    if (locked.installer != installer.name) continue;
    const ImageBuilder builder{paths.cache, paths.templates, session.cancelled()};
    const auto hold = builder.hold([&terminal] { terminal.note("waiting for another lucie-setup"); });
    const fs::path image = builder.build(
        {ImageRecipe::Kind::base, installer.name, installer.architecture, locked.base}, terminal);
    fs::create_directories(root.parent_path());
    const base::TemporaryDirectory fresh("." + installer.name + "-", root.parent_path());
    fs::create_directory(fresh.path() / "root");
    builder.unpack(image, fresh.path() / "root");
    give_package_sources(installer, fresh.path() / "root");
    base::swap_in(fresh.path() / "root", root);
    return root;
  }
  Error error(fmt::format("installer '{}' is not in the lock", installer.name));
  throw error.hint("run 'lucie-setup lock'");
}

class In : public cli::Command {
 public:
  std::string name() const override { return "in"; }
  std::string summary() const override { return "run a command in an installer's own root"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("INSTALLER", installer_, "an installer with 'lmp_root own'");
    arguments.rest("COMMAND…", command_, "the command with its options; '--' may stand before it");
  }

  ExitStatus run(cli::Terminal& terminal) override {
    if (command_.empty()) throw UsageError("in: needs an installer and a command");
    const auto paths = base::Paths::from_environment();
    const auto read = config::read_cluster(terminal.definitions_or_default());
    if (!read.faults.empty()) throw FaultsError(read.faults);
    const config::Installer& installer = find_installer(read.cluster, installer_);
    if (installer.lmp_root != "own") {
      Error error(fmt::format("installer '{}' has no root of its own: its LMPs are installed on this server",
                              installer.name));
      throw error.at(installer.position).hint("run the command here, or give the installer 'lmp_root own'");
    }
    fs::path root;
    {
      const Session session(paths, terminal);
      root = prepare_root(paths, installer, session, terminal);
    }
    become_in_root(root, command_);
  }

 private:
  std::string installer_;
  std::vector<std::string> command_;
};

}  // namespace

std::unique_ptr<cli::Command> in_command() {
  return std::make_unique<In>();
}

}  // namespace lucie::setup
