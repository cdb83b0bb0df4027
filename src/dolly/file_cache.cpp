#include "dolly/file_cache.hpp"

#include <algorithm>

namespace lucie::dolly {
namespace {

/// Each thread is at one file, and those behind are at ones before it.
constexpr std::size_t most_open = 64;

}  // namespace

FileCache::File FileCache::get(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(newest_first_, number, &std::pair<std::uint64_t, File>::first);
  if (found != newest_first_.end()) {
    newest_first_.splice(newest_first_.begin(), newest_first_, found);
  } else {
    newest_first_.emplace_front(number, std::make_shared<const base::FileDescriptor>(open_(number)));
    if (newest_first_.size() > most_open) newest_first_.pop_back();
  }
  return newest_first_.front().second;
}

void FileCache::clear() {
  const std::lock_guard lock(mutex_);
  newest_first_.clear();
}

}  // namespace lucie::dolly
