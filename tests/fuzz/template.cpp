#include "metapackage/template.hpp"

#include "accepting.hpp"
#include "lmp_tree.hpp"

using namespace lucie;

/// A file of an LMP that ends in `.in`, checked, and expanded for hosts that have much and little.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const config::Compiled compiled = small_cluster();
  fuzz::accepts([&] {
    std::vector<Fault> faults;
    const metapackage::Template parsed(fuzz::text_of(bytes, size), "motd.in", faults);
    parsed.check({"flavour", "utc"}, faults);
    fuzz::demand_shown(faults);
    for (const std::string& answer : parsed.answers_used())
      fuzz::demand(!faults.empty() || answer == "flavour" || answer == "utc",
                   "only known questions are used");
    for (const config::Host& host : compiled.cluster.hosts) {
      if (!faults.empty()) break;
      parsed.expand({compiled.cluster, host, {{"flavour", "openmpi"}, {"utc", "true"}}}, faults);
      fuzz::demand_shown(faults);
    }
  });
  return 0;
}
