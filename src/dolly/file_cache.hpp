#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "base/files.hpp"
#include "dolly/threads.hpp"

namespace lucie::dolly {

/// The few files of a tree that are in use, opened. For several threads.
class FileCache {
 public:
  using File = std::shared_ptr<const base::FileDescriptor>;
  using Open = std::function<base::FileDescriptor(std::uint64_t number)>;

  /// `open` is called with the number that is asked for; what it throws comes out of `get`.
  explicit FileCache(Open open) : open_(std::move(open)) {}

  File get(std::uint64_t number);
  /// Closes those that nobody uses.
  void clear();

 private:
  const Open open_;
  Mutex mutex_;
  std::list<std::pair<std::uint64_t, File>> newest_first_;
};

}  // namespace lucie::dolly
