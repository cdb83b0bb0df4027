#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/provision.hpp"
#include "lab/quickstart/journey.hpp"
#include "lab/quickstart/own_packages.hpp"

// The stages that work on this machine: they make and fetch what the lab will need.
namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// The packages of one format (".deb", ".rpm") in a folder.
std::vector<fs::path> packages_in(const fs::path& folder, const char* format) {
  std::vector<fs::path> packages;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == format) packages.push_back(entry.path());
  }
  std::sort(packages.begin(), packages.end());
  return packages;
}

/// The name a deb's file begins with.
std::string package_of(const fs::path& deb) {
  const std::string name = deb.filename();
  return name.substr(0, name.find('_'));
}

}  // namespace

std::string build_packages(Journey& journey) {
  provide_own_packages(journey);
  // The node's package, where the programs of this machine look for it, as the server's package lays it out.
  journey.run({.argv = {"sh", "-c", R"(dpkg-deb -x "$1"/lucie-server_*.deb "$2/server" &&
      mv "$2/server/usr/share/lucie/node" "$2/node" && rm -r "$2/server")",
                        "sh", journey.debs(), journey.folder()}});
  std::vector<std::string> names;
  for (const fs::path& deb : packages_in(journey.debs(), ".deb")) names.push_back(package_of(deb));
  return base::join(names, ", ");
}

/// The same `lock` that the server will run, with the same LMPs; it is run here, where the network is, so
/// that everything it names is in the cache.
std::string fetch(Journey& journey) {
  copy_modules(journey.options.definitions, journey.environment().at("LUCIE_ETC"));
  journey.run({.argv = {journey.program("setup", "lucie-setup"), "-c", journey.options.definitions, "lock"},
               .environment = journey.environment()});
  std::uintmax_t size = 0, count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(journey.options.cache / "packages")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".deb") continue;
    size += entry.file_size();
    ++count;
  }
  return fmt::format("{} packages in the cache, {}", count, base::human_size(size));
}

std::string make_clean_root(Journey& journey) {
  const Plan plan = prepare(journey.cluster, journey.debs(), journey.options.cache, journey.reporter);
  return plan.root.filename().string();
}

std::string build_lmps(Journey& journey) {
  journey.run({.argv = {journey.program("lmp", "lmp"), "build", journey.options.source / "lmps", "-o",
                        journey.lmp_packages(), "--format", "deb,rpm"},
               .environment = journey.environment()});
  std::vector<std::string> names;
  for (const fs::path& deb : packages_in(journey.lmp_packages(), ".deb")) names.push_back(package_of(deb));
  if (packages_in(journey.lmp_packages(), ".rpm").size() != names.size())
    throw Error("not every LMP was built in both formats");
  return fmt::format("{}, each as deb and rpm", base::join(names, ", "));
}

std::string publish_lmps(Journey& journey) {
  const auto environment = journey.environment();
  fs::create_directories(journey.folder() / "gpg");
  fs::permissions(journey.folder() / "gpg", fs::perms::owner_all);
  const std::string key = "Lucie quickstart <quickstart@example.org>";
  journey.run({.argv = {"gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", key,
                        "ed25519", "sign", "1d"},
               .environment = environment});
  journey.run({.argv = {"gpg", "--batch", "--yes", "--output", journey.keyring(), "--export", key},
               .environment = environment});
  base::Command publish{.argv = {journey.program("lmp", "lmp"), "publish"}, .environment = environment};
  for (const char* format : {".deb", ".rpm"}) {
    for (const fs::path& package : packages_in(journey.lmp_packages(), format))
      publish.argv.push_back(package);
  }
  publish.argv.insert(publish.argv.end(),
                      {"--repo", journey.repository(), "--sign", "quickstart@example.org"});
  journey.run(std::move(publish));
  for (const char* signature : {"dists/lucie/InRelease", "repodata/repomd.xml.asc"}) {
    if (!fs::exists(journey.repository() / signature))
      throw Error(fmt::format("the repository has no {}", signature));
  }
  return "one repository for apt and dnf, signed";
}

}  // namespace lucie::lab
