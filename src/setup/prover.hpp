#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "base/reporter.hpp"
#include "metapackage/relations.hpp"
#include "setup/answer_cases.hpp"
#include "setup/inputs.hpp"
#include "universe/pool.hpp"
#include "universe/universe.hpp"

namespace lucie::setup {

/// What the proof of a cluster found. Without faults, `lock` is what the closures are.
struct Proof {
  universe::Lock lock;
  std::vector<Fault> faults, warnings;
  std::size_t service_sets = 0;  ///< distinct ones: hosts whose answers choose differently are not in one
};

/// Proves that every service set can be installed: its LMPs go together, in an order; their package lists
/// have a closure in the target's universe beside the base archive; their templates expand for every host.
/// `whole`: also the NFS roots, for which Lucie's node package must be there (otherwise its absence is a
/// warning).
class Prover {
 public:
  Prover(const base::Paths& paths, const Inputs& inputs, base::Reporter& reporter, bool whole);
  Proof prove();

 private:
  universe::Universe& universe_of(const config::Installer& installer);
  universe::Universe& universe_of_target(const std::string& target);
  void prove_installer(const config::Installer& installer);
  void prove_modules(const config::Installer& installer, const AnswerCase& answer_case,
                     const std::vector<std::string>& ordered);
  void prove_set(const config::Installer& installer, const config::Cluster::ServiceSet& set,
                 universe::LockedInstaller& locked);
  void prove_case(const config::Installer& installer, const std::vector<std::string>& services,
                  const AnswerCase& answer_case, universe::LockedInstaller& locked);
  void prove_closure(const config::Installer& installer, const std::vector<std::string>& services,
                     const AnswerCase& answer_case, universe::LockedSet& set,
                     const std::vector<universe::Package>& base);
  void ask_nfsroot(const std::vector<metapackage::Lmp>& lmps, const std::vector<std::string>& names,
                   const std::string& target, const metapackage::AnswersByLmp& answers);
  bool prove_relations(const config::Installer& installer);
  void prove_nfsroot(const config::Installer& installer, universe::LockedInstaller& locked);
  std::vector<universe::Package> closure(const config::Installer& installer, const std::string& of,
                                         const std::vector<std::string>& names, const Position& where);
  std::vector<std::string> order(const config::Installer& installer, const std::vector<std::string>& services,
                                 const AnswerCase& answer_case);

  const base::Paths& paths_;
  const Inputs& inputs_;
  base::Reporter& reporter_;
  bool whole_;
  config::Compiled compiled_;
  std::map<std::string, universe::Universe> universes_;  ///< by target and package servers
  metapackage::Proof relations_;                         ///< among the LMPs of the installer at hand
  std::set<std::string> nfsroot_asked_;                  ///< by the service sets of the installer at hand
  Proof proof_;
};

/// What makes a target's minimum bootable, beside the base set: names for the base archive.
std::vector<std::string> base_packages(const config::Installer& installer, universe::PackageFormat format);

/// What the NFS root needs beside the base set: kernel, tools, Lucie's node programs, and what the installer
/// and `asked`, the LMPs of its service sets, ask for.
std::vector<std::string> nfsroot_packages(const config::Installer& installer,
                                          const std::set<std::string>& asked);

/// The packages that some LMPs ask for in a target for these answers, sorted, each once.
std::vector<std::string> wanted_packages(const std::vector<metapackage::Lmp>& lmps,
                                         const std::vector<std::string>& names, const std::string& target,
                                         const metapackage::AnswersByLmp& answers);

}  // namespace lucie::setup
