#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <span>

#include "dolly/threads.hpp"

namespace lucie::dolly {

/// Takes on what is verified of a file, from its beginning, in a thread of its own: while more arrives, and
/// without holding it up.
class Taker {
 public:
  using Read = std::function<void(std::uint64_t offset, std::span<char> buffer)>;
  using Work = std::function<void(Taker&)>;

  /// `read` reads of the file. `work` runs in the thread; it calls `next`, and what it throws comes out of
  /// `finish`.
  Taker(Read read, Work work);
  /// Ends the thread.
  ~Taker();

  /// For `work`: waits for more, and returns how much of `buffer` was filled; 0 at the end. Throws
  /// lucie::Error when it was cancelled.
  std::size_t next(std::span<char> buffer);
  /// For `work`: whether it shall end.
  bool is_cancelled() const;

  /// So much of the file is right, in any order.
  void verified(std::uint64_t offset, std::uint64_t size);
  /// All of it is, `bytes` long: waits until the work is done. Throws what it has thrown.
  void finish(std::uint64_t bytes);
  void cancel() noexcept;

 private:
  void run();

  const Read read_;
  const Work work_;
  mutable Mutex mutex_;
  Condition changed_;
  std::map<std::uint64_t, std::uint64_t> parts_;  ///< verified ones behind `ready_`: offsets and ends
  std::uint64_t ready_ = 0, taken_ = 0, end_ = UINT64_MAX;
  bool cancelled_ = false, over_ = false;
  std::exception_ptr fault_;
  Thread thread_;
};

}  // namespace lucie::dolly
