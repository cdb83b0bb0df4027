// compile_sample DEFINITIONS STATE: makes a compiled cluster of definitions without proving packages, so that
// lucied can be tested alone. Each service is an LMP whose tree lies in STATE/lmp/NAME.
#include <cstdio>

#include "base/error.hpp"
#include "config/compiled.hpp"

using namespace lucie;

namespace {

config::Compiled compile(config::Cluster cluster) {
  config::Compiled compiled;
  compiled.made = "2026-11-23T04:25:01Z";
  compiled.lock = "none";
  for (const auto& set : cluster.service_sets()) {
    compiled.service_sets.push_back({.installer = set.installer,
                                     .services = set.services,
                                     .lmps = set.services,
                                     .packages = {{"bash", "5.2-1", "amd64"}},
                                     .wanted = {"bash"}});
    for (const std::string& name : set.services) compiled.lmps[name] = {name, "1.0-1", "lmp/" + name};
  }
  compiled.images = {{.installer = "full",
                      .target = "debian-12",
                      .suite = "lucie",
                      .nfsroot = "nfsroot/full",
                      .kernel = "boot/full/vmlinuz",
                      .initrd = "boot/full/initrd.img",
                      .base_archive = "base/full.tar.zst",
                      .base_sha256 = "0123",
                      .base_size = 10,
                      .pool = "pool/debian-12"}};
  compiled.cluster = std::move(cluster);
  return compiled;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    config::ReadResult read = config::read_cluster(argv[1]);
    if (!read.faults.empty()) throw FaultsError(read.faults);
    config::Compiled compiled = compile(std::move(read.cluster));
    config::store_compiled(argv[2], compiled);
    return 0;
  } catch (const FaultsError& error) {
    std::fputs(render_faults(error.faults()).c_str(), stderr);
  } catch (const Error& error) {
    std::fputs(render_fault(error.fault()).c_str(), stderr);
  }
  return 1;
}
