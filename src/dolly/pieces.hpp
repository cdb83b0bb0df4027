#pragma once

#include <span>
#include <string_view>
#include <sys/uio.h>
#include <vector>

namespace lucie::dolly {

/// Pieces of memory that the kernel takes in one call, and what of them it has not taken yet.
class Pieces {
 public:
  explicit Pieces(std::span<const std::string_view> pieces);

  bool empty() const { return first_ == pieces_.size(); }
  /// As many as one call may have.
  std::span<iovec> next();
  /// The kernel took this many bytes.
  void taken(std::size_t count);

 private:
  std::vector<iovec> pieces_;
  std::size_t first_ = 0;
};

}  // namespace lucie::dolly
