#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace lucie::daemon {

/// A tar archive made in memory (POSIX pax, which is ustar for short names). The same entries in the same
/// order always give the same bytes.
class Tar {
 public:
  /// Every entry is stamped with `time`, seconds since 1970.
  explicit Tar(std::int64_t time);
  ~Tar();

  /// `path` is relative. The owner is told by name, with 0:0 as the numbers; the node looks the names up.
  void add(const std::string& path, const std::string& content, unsigned mode,
           const std::string& owner = "root", const std::string& group = "root");
  /// The archive; call once, at the end.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lucie::daemon
