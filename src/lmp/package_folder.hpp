#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"

namespace lucie::lmp {

/// A folder that gets several packages at once: they are gathered beside those that are there, and none is
/// seen before all are whole. What a killed process left is taken away by the next.
class PackageFolder {
 public:
  /// Makes the folder when it is not there. Throws EnvironmentError.
  explicit PackageFolder(std::filesystem::path folder);
  /// Takes the folder away again when it was made here and got nothing.
  ~PackageFolder();
  PackageFolder(const PackageFolder&) = delete;
  PackageFolder& operator=(const PackageFolder&) = delete;

  /// Writes a package beside; several threads may. It counts when it is added.
  void write(const std::string& name, std::string_view bytes) const;
  void add(const std::string& name) { names_.push_back(name); }
  /// Puts all of them into their places, over older ones of the same name; once. Returns their paths in the
  /// order in which they were added.
  std::vector<std::filesystem::path> finish();

 private:
  std::filesystem::path folder_;
  bool made_ = false;
  std::unique_ptr<base::TemporaryDirectory> beside_;
  std::vector<std::string> names_;
};

}  // namespace lucie::lmp
