#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"

namespace lucie::daemon {

/// The modules' logs, STATE/logs/NODE/MODULE.log, as raw as the nodes send them. Names must have been checked
/// before (`base::is_name`).
class NodeLogs {
 public:
  /// A node gone mad must not fill the server's disk: bytes that one log may have.
  static constexpr std::uint64_t most_bytes = 64 << 20;

  explicit NodeLogs(std::filesystem::path folder);

  /// False when the log is full. Throws EnvironmentError when it cannot be written.
  bool append(const std::string& node, const std::string& module, std::string_view text) const;
  /// Puts what an earlier installation left into NODE/previous/, in place of what was there.
  void begin(const std::string& node) const;

  struct Log {
    std::string module;
    std::uint64_t size = 0;  ///< bytes
    std::string modified;    ///< RFC 3339
  };
  /// In the order in which they were last written.
  std::vector<Log> list(const std::string& node) const;
  /// Invalid when there is none.
  base::FileDescriptor open(const std::string& node, const std::string& module) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace lucie::daemon
