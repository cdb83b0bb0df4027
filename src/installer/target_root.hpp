#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.hpp"

namespace lucie::installer {

/// Whether the root file system has the program in one of the usual folders.
bool has_program(const std::filesystem::path& root, const std::string& program);

/// The node's root, ready to run programs of the node in it: /proc, /sys, /dev and a fresh /run are mounted
/// there. The mounts are in a mount namespace that this process enters for good, so they are gone with it
/// however it ends, and nobody else meets them. /run is empty but for udev's database, so that programs of
/// the node see neither the installer's secrets nor its init system.
class TargetRoot {
 public:
  /// `target` must hold a root file system. Throws lucie::Error when it does not.
  explicit TargetRoot(std::filesystem::path target);

  const std::filesystem::path& path() const { return target_; }
  /// A path of the node (absolute) as this process sees it.
  std::filesystem::path operator/(const std::filesystem::path& inside) const {
    return target_ / inside.relative_path();
  }
  bool has(const std::string& program) const { return has_program(target_, program); }

  struct Options {
    std::map<std::string, std::string> environment;
    std::string input;
    std::function<void(std::string_view line)> on_line;
  };
  /// Runs a program of the node in the node's root, with the node's PATH, DEBIAN_FRONTEND=noninteractive and
  /// without the token.
  base::Outcome run(std::vector<std::string> argv, const Options& options) const;
  /// The same; throws EnvironmentError with its last error lines when it does not succeed.
  void run_or_throw(std::vector<std::string> argv, const Options& options) const;

 private:
  base::Command command(std::vector<std::string> argv, const Options& options) const;
  std::filesystem::path target_;
};

}  // namespace lucie::installer
