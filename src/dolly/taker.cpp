#include "dolly/taker.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace lucie::dolly {

Taker::Taker(Read read, Work work) : read_(std::move(read)), work_(std::move(work)) {
  thread_ = Thread([this] { run(); });
}

Taker::~Taker() {
  cancel();
  thread_.join();
}

void Taker::run() {
  std::exception_ptr fault;
  try {
    work_(*this);
  } catch (...) {
    fault = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  over_ = true;
  changed_.notify_all();
}

std::size_t Taker::next(std::span<char> buffer) {
  std::uint64_t from = 0, size = 0;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return cancelled_ || taken_ < std::min(ready_, end_) || taken_ >= end_; });
    if (cancelled_) throw Error("it was ended");
    from = taken_;
    size = std::min<std::uint64_t>(buffer.size(), std::min(ready_, end_) - from);
    taken_ += size;
  }
  if (size > 0) read_(from, buffer.first(size));
  return size;
}

bool Taker::is_cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void Taker::verified(std::uint64_t offset, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  parts_[offset] = offset + size;
  while (!parts_.empty() && parts_.begin()->first <= ready_) {
    ready_ = std::max(ready_, parts_.begin()->second);
    parts_.erase(parts_.begin());
  }
  changed_.notify_all();
}

void Taker::finish(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  end_ = bytes;
  changed_.notify_all();
  changed_.wait(lock, [&] { return over_; });
  if (fault_) std::rethrow_exception(fault_);
}

void Taker::cancel() noexcept {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  changed_.notify_all();
}

}  // namespace lucie::dolly
