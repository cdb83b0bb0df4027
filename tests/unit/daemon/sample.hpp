#pragma once

#include <filesystem>
#include <string>

#include "base/files.hpp"
#include "base/paths.hpp"
#include "config/compiled.hpp"

/// A small compiled cluster in a folder of its own: hosts cnode00 (armed by the tests), cnode01 (protected)
/// and gw (no MAC address), one LMP with a template, two scripts and a module.
class Sample {
 public:
  Sample();

  lucie::base::Paths paths() const;
  std::filesystem::path state() const { return folder_.path() / "state"; }
  std::filesystem::path etc() const { return folder_.path() / "etc"; }
  /// Writes the compiled cluster, so that a daemon finds it.
  void store();

  lucie::config::Compiled compiled;

 private:
  void write_lmp();
  void write_images();

  lucie::base::TemporaryDirectory folder_;
};

/// The text equals the golden file beside the tests. With LUCIE_UPDATE_GOLDEN in the environment the file is
/// written instead.
void assert_golden(const std::string& name, const std::string& text);
