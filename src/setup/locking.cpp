#include "setup/locking.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "setup/pools.hpp"
#include "setup/prover.hpp"

namespace lucie::setup {

universe::Lock lock_cluster(const base::Paths& paths, const Inputs& inputs, base::Reporter& reporter,
                            std::vector<Fault>& warnings) {
  if (!inputs.faults.empty()) throw FaultsError(inputs.faults);
  auto proof = Prover(paths, inputs, reporter, true).prove();
  warnings.insert(warnings.end(), proof.warnings.begin(), proof.warnings.end());
  if (!proof.faults.empty()) throw FaultsError(std::move(proof.faults));
  std::filesystem::create_directories(paths.state);
  fill_pools(paths, proof.lock, reporter);
  base::write_file(paths.state / "lock.json", universe::to_json(proof.lock));
  return std::move(proof.lock);
}

}  // namespace lucie::setup
