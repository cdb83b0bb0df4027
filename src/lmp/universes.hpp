#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "metapackage/relations.hpp"

namespace lucie::lmp {

/// Universes of the targets, each opened when it is first asked for: from the package servers of the
/// definitions, or else from this machine's own apt configuration.
class UniverseShelf {
 public:
  /// `definitions`: the cluster's file, or empty. Throws FaultsError when it is wrong.
  UniverseShelf(const std::string& definitions, base::Reporter& reporter);

  /// Lists of these LMPs, which stay where they are, may name their servers. To be called before the first
  /// `open`.
  void add_servers(const std::vector<metapackage::Lmp>& lmps) { lmps_ = &lmps; }
  void add_servers(std::vector<metapackage::Lmp>&&) = delete;

  /// From now on answers of earlier runs are taken from LUCIE_CACHE, and new ones are kept there.
  void remember();
  /// LUCIE_CACHE when it is remembered, for ProveOptions; else empty.
  const std::filesystem::path& cache() const { return cache_; }

  universe::Universe& open(const std::string& target);
  /// As `metapackage::prove` wants it; must not outlive this.
  metapackage::Universes asked() {
    return [this](const std::string& target) -> universe::Universe& { return open(target); };
  }

 private:
  base::Reporter& reporter_;
  std::vector<config::PackageServer> servers_;
  const std::vector<metapackage::Lmp>* lmps_ = nullptr;
  std::filesystem::path cache_;
  std::map<std::string, universe::Universe> universes_;
};

/// `-c FILE` if it was given, the default definitions file if it exists, or an empty text.
std::string definitions_file(const std::string& given);

/// The LMPs as they are for one target alone: other targets' lists left out, "any" lists made its own.
/// `target` empty: as they are. Throws Error when lists name targets, but none this one.
std::vector<metapackage::Lmp> for_target(std::vector<metapackage::Lmp> lmps, const std::string& target);

}  // namespace lucie::lmp
