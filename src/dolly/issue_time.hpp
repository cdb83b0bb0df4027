#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/files.hpp"

namespace lucie::dolly {

/// With a received file lies, as the attribute `user.lucie.issued`, when the master issued the transfer that
/// brought it: so a receiver knows it also when it was started anew. File systems without attributes forget
/// it.
class IssueTimes {
 public:
  /// Files are found below `root` as if it were the whole file system.
  explicit IssueTimes(const std::filesystem::path& root);

  /// Milliseconds since 1970; 0 when there is none.
  std::uint64_t read(const std::string& path) const;
  void write(const std::string& path, std::uint64_t issued) const;

 private:
  base::FileDescriptor open_file(const std::string& path) const;
  base::FileDescriptor root_;
};

}  // namespace lucie::dolly
