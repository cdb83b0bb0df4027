// compile_sample DEFINITIONS STATE: makes a compiled cluster of definitions without proving packages, so that
// lucied can be tested alone. Each service is an LMP whose tree lies in STATE/lmp/NAME. With --no-packages
// nodes have none beyond the base archive, STATE/base/full.tar.zst.
#include <cstdio>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "config/compiled.hpp"

using namespace lucie;

namespace {

config::Compiled compile(config::Cluster cluster, const std::filesystem::path& state, bool with_packages) {
  const std::string archive = base::read_file(state / "base/full.tar.zst");
  config::Compiled compiled;
  compiled.made = "2026-11-23T04:25:01Z";
  compiled.lock = "none";
  for (const auto& set : cluster.service_sets()) {
    compiled.service_sets.push_back({.installer = set.installer,
                                     .services = set.services,
                                     .lmps = set.services,
                                     .packages = {{"bash", "5.2-1", "amd64"}},
                                     .wanted = {"bash"}});
    if (!with_packages) compiled.service_sets.back().packages.clear();
    for (const std::string& name : set.services) compiled.lmps[name] = {name, "1.0-1", "lmp/" + name};
  }
  compiled.images = {{.installer = "full",
                      .target = "debian-12",
                      .suite = "lucie",
                      .nfsroot = "nfsroot/full",
                      .kernel = "boot/full/vmlinuz",
                      .initrd = "boot/full/initrd.img",
                      .base_archive = "base/full.tar.zst",
                      .base_sha256 = base::sha256_hex(archive),
                      .base_size = archive.size(),
                      .pool = "pool/debian-12"}};
  compiled.cluster = std::move(cluster);
  return compiled;
}

}  // namespace

int main(int argc, char** argv) {
  const bool with_packages = argc == 3;
  if (!with_packages && (argc != 4 || std::string(argv[3]) != "--no-packages")) return 2;
  try {
    config::ReadResult read = config::read_cluster(argv[1]);
    if (!read.faults.empty()) throw FaultsError(read.faults);
    config::Compiled compiled = compile(std::move(read.cluster), argv[2], with_packages);
    config::store_compiled(argv[2], compiled);
    return 0;
  } catch (const FaultsError& error) {
    std::fputs(render_faults(error.faults()).c_str(), stderr);
  } catch (const Error& error) {
    std::fputs(render_fault(error.fault()).c_str(), stderr);
  }
  return 1;
}
