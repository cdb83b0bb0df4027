#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// The LMPs that a command looks at.
struct Collection {
  std::vector<std::string> named;      ///< names of those in or below the given folders, sorted
  std::vector<metapackage::Lmp> lmps;  ///< these and those of --collection, sorted by name
  /// Where packages of repositories were unpacked; the trees live as long as this.
  std::vector<std::unique_ptr<base::TemporaryDirectory>> unpacked;

  /// Throws lucie::Error with the nearest name when there is no such LMP. "lmp-" before the name is taken.
  const metapackage::Lmp& find(const std::string& name) const;
};

/// Reads the LMPs in or below `folders` and those of `others` (folders or repositories), of which an LMP
/// that is in `folders` too is left out. Throws FaultsError with all that is wrong in them.
Collection read_collection(const std::vector<std::string>& folders, const std::vector<std::string>& others);

/// The LMPs installed on this machine and those of `others`.
Collection installed_collection(const std::vector<std::string>& others);

/// Names of the installed LMPs, for completion; none when they cannot be read.
std::vector<std::string> installed_names();

}  // namespace lucie::lmp
