#include "lab/provision.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "config/block.hpp"
#include "lab/clean_root.hpp"
#include "universe/universe.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// What the lab itself uses in the server: a way to the nodes, and looking around.
const std::vector<std::string> k_own_packages = {"openssh-client", "procps", "iproute2", "less"};

/// Only what is really needed of our packages: the nodes' are not installed on the server, nor is the lab.
std::vector<fs::path> server_debs(const fs::path& folder) {
  const std::vector<std::string> wanted = {"lucie-dolly", "lucie-lmp", "lucie-server"};
  std::vector<fs::path> debs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const auto is_it = [&](const std::string& wanted) { return name.starts_with(wanted + "_"); };
    if (name.ends_with(".deb") && std::ranges::any_of(wanted, is_it)) debs.push_back(entry.path());
  }
  std::sort(debs.begin(), debs.end());
  if (debs.size() != wanted.size()) {
    throw EnvironmentError(
        fmt::format("{} does not hold the packages {}", folder.string(), base::join(wanted, ", ")))
        .hint("packaging/build-debs BUILD OUT makes them");
  }
  return debs;
}

}  // namespace

config::Cluster read_definitions(const fs::path& file) {
  config::ReadResult result = config::read_cluster(file);
  if (!result.faults.empty()) throw FaultsError(result.faults);
  return std::move(result.cluster);
}

Plan prepare(const config::Cluster& cluster, const fs::path& debs, const fs::path& cache,
             base::Reporter& reporter) {
  Plan plan = plan_of(cluster);
  fs::create_directories(cache);
  plan.state = state_folder();
  plan.cache = fs::canonical(cache);
  RootRequest request;
  request.servers = universe::own_package_servers(config::own_target());
  std::set<std::string> packages(k_own_packages.begin(), k_own_packages.end());
  base::TemporaryDirectory only_ours("lucie-debs-");
  for (const fs::path& deb : server_debs(debs)) fs::copy(deb, only_ours.path());
  for (const std::string& name : dependencies_of_debs(only_ours.path())) packages.insert(name);
  request.packages.assign(packages.begin(), packages.end());
  plan.root = clean_root(request, plan.cache, reporter);
  return plan;
}

void install_lucie(const Server& server, const fs::path& debs) {
  base::Command command{.argv = {"apt-get", "-qq", "-y", "--no-install-recommends", "install"}};
  for (const fs::path& deb : server_debs(debs)) {
    server.copy_in(deb, "/srv/debs");
    command.argv.push_back(fs::path("/srv/debs") / deb.filename());
  }
  server.run_or_throw(std::move(command));
}

void copy_modules(const fs::path& definitions, const fs::path& etc) {
  const fs::path modules = fs::absolute(definitions).parent_path() / "modules.d";
  if (fs::is_directory(modules)) fs::copy(modules, etc / "modules.d", fs::copy_options::recursive);
}

void install_definitions(const Server& server, const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  base::TemporaryDirectory beside("lucie-definitions-");
  std::set<fs::path> files;
  for (const config::Block& block : config::read_text(file).blocks) files.insert(block.position.file);
  for (const fs::path& one : files) {
    const fs::path relative = fs::absolute(one).lexically_relative(folder);
    if (relative.empty() || *relative.begin() == "..") {
      throw Error(
          fmt::format("{} includes {}, which is not below its own folder", file.string(), one.string()));
    }
    fs::create_directories((beside.path() / relative).parent_path());
    fs::copy_file(one, beside.path() / relative, fs::copy_options::overwrite_existing);
  }
  fs::copy_file(file, beside.path() / "lucie.conf", fs::copy_options::overwrite_existing);
  copy_modules(file, beside.path());
  server.copy_in(beside.path(), "/etc/lucie");
}

void install_datasets(const Server& server, const config::Cluster& cluster) {
  for (const config::Dataset& dataset : cluster.datasets) {
    const fs::path source = dataset.source;
    if (fs::is_regular_file(source)) {
      server.copy_in(source, source.parent_path());
      continue;
    }
    server.run_or_throw({.argv = {"sh", "-ec", "mkdir -p \"$1\"; head -c 256M /dev/urandom >\"$2\"", "-",
                                  source.parent_path(), source}});
  }
}

void install_key(const Server& server, const config::Cluster& cluster) {
  server.run_or_throw({.argv = {"sh", "-c",
                                "mkdir -p -m 700 ~/.ssh && ssh-keygen -q -t ed25519 -N '' -C lucie-lab -f "
                                "~/.ssh/id_ed25519"}});
  const bool has_keys =
      std::any_of(cluster.installers.begin(), cluster.installers.end(),
                  [](const config::Installer& installer) { return !installer.ssh_authorized_keys.empty(); });
  if (has_keys) return;
  // The example cluster includes lab.d/access.conf for this template; other definitions get an installer.
  // With norandmaps a program lies at the same addresses whenever it runs, so that QEMU can use again what it
  // translated; a million translations of one page also make it stand still for minutes when that is freed.
  server.run_or_throw({.argv = {"sh", "-c", R"(
      key=$(cat ~/.ssh/id_ed25519.pub)
      cd /etc/lucie
      if [ -e lab.d/access.conf ]; then
        exec >lab.d/access.conf
        printf 'define installer{\n  name access\n  register 0\n'
      else
        exec >>lucie.conf
        printf '\n# added by lucie-lab\ndefine installer{\n  installer_name full\n'
      fi
      printf '  ssh_authorized_keys "%s"\n  kernel_options norandmaps\n}\n' "$key")"}});
}

void install_repository(const Server& server, const fs::path& repository, const fs::path& keyring) {
  server.copy_in(repository, "/srv/lmp");
  server.copy_in(keyring, "/etc/apt/keyrings");
  std::string place = "./";
  if (fs::is_directory(repository / "dists")) {
    for (const auto& suite : fs::directory_iterator(repository / "dists")) {
      place = suite.path().filename().string() + " main";
    }
  }
  const std::string line = fmt::format("deb [signed-by=/etc/apt/keyrings/{}] file:/srv/lmp {}\n",
                                       keyring.filename().string(), place);
  server.run_or_throw({.argv = {"tee", "/etc/apt/sources.list.d/lucie-lmp.list"}, .input = line});
  // Only this list: nothing else can be reached from the lab, and nothing else has changed.
  server.run_or_throw(
      {.argv = {"apt-get", "-qq", "update", "-o", "Dir::Etc::sourcelist=/dev/null", "-o",
                "Dir::Etc::sourceparts=/etc/apt/sources.list.d", "-o", "APT::Get::List-Cleanup=false"}});
}

}  // namespace lucie::lab
