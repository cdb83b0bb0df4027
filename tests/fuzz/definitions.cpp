#include "accepting.hpp"
#include "config/cluster.hpp"
#include "config/compiled.hpp"

using namespace lucie;

/// The definitions of a cluster (lucie.conf(5)). A cluster without faults can be compiled and comes back.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const fuzz::InputFile file("lucie.conf");
  file.write(fuzz::text_of(bytes, size));
  const config::ReadResult result = config::read_cluster(file.path());
  fuzz::demand_shown(result.faults);
  fuzz::demand_shown(result.warnings);
  if (!result.faults.empty()) return 0;
  result.cluster.service_sets();
  config::Compiled compiled;
  compiled.cluster = result.cluster;
  const std::string written = config::to_json(compiled);
  fuzz::demand(config::to_json(config::compiled_from_json(written)) == written,
               "a compiled cluster comes back");
  return 0;
}
