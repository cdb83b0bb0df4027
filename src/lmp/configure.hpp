#pragma once

#include <filesystem>
#include <string>

#include "base/paths.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// An installed LMP and its answers file.
class Configuration {
 public:
  /// `root`: where the LMP is installed; empty: this machine as Paths say. Throws lucie::Error with the
  /// nearest name when it is not installed there, FaultsError when its tree or its answers file is wrong. An
  /// answer that the questions no longer take is left out.
  Configuration(const std::string& name, const std::filesystem::path& root, const base::Paths& paths);

  const metapackage::Lmp& lmp() const { return lmp_; }
  const std::filesystem::path& file() const { return file_; }
  /// What the file says for all hosts, and for the other questions their defaults.
  const metapackage::Answers& current() const { return current_; }

  /// `current` with what an answers file (of any LMPs) says of this one. Throws FaultsError for answers that
  /// do not fit, and for blocks with `members`, which are written by hand.
  metapackage::Answers from_file(const std::filesystem::path& answers) const;

  /// Throws EnvironmentError when the file could not be written, so that nobody answers in vain.
  void check_writable() const;

  /// Writes the answers into the file, which keeps all else; true when that changed it.
  bool write(const metapackage::Answers& answers, const std::filesystem::path& templates) const;

 private:
  metapackage::Lmp lmp_;
  std::filesystem::path file_;
  std::string text_;  ///< of the file; empty when it does not exist
  metapackage::Answers current_;
};

}  // namespace lucie::lmp
