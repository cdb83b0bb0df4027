#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lucie::installer {

/// The words of /proc/cmdline: `lucie.server=http://…  console=ttyS0,115200 quiet`. Double quotes keep
/// blanks, as the kernel reads them (Documentation/admin-guide/kernel-parameters.rst).
class KernelCommandLine {
 public:
  explicit KernelCommandLine(std::string_view text);
  /// Reads /proc/cmdline, or the file that LUCIE_CMDLINE names (tests, nodes without machines).
  static KernelCommandLine of_this_machine();

  /// The last value given for the name, as the kernel takes it; a word without `=` has the empty value.
  std::optional<std::string> value(const std::string& name) const;
  /// All values, in order (for `console`).
  std::vector<std::string> values(const std::string& name) const;

 private:
  std::vector<std::pair<std::string, std::string>> words_;
};

}  // namespace lucie::installer
