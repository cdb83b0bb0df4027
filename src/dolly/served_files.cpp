#include "dolly/served_files.hpp"

#include <algorithm>
#include <filesystem>

namespace lucie::dolly {
namespace {

/// Manifests of some 2.7 TB.
constexpr std::size_t most_memory = 64 << 20;

class Unserved : public ServedFile {
 public:
  explicit Unserved(std::string why) : why_(std::move(why)) {}
  std::optional<std::string> manifest() override { throw NotServed(404, why_); }
  base::FileDescriptor open() override { throw NotServed(404, why_); }

 private:
  const std::string why_;
};

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

}  // namespace

void ServedFiles::add(const std::string& path, std::shared_ptr<ServedFile> file) {
  const std::lock_guard lock(mutex_);
  const std::string name = name_of(path);
  memory_ += file->memory();
  std::shared_ptr<ServedFile>& there = files_[name];
  if (there) {
    memory_ -= there->memory();
    std::erase(order_, name);
  }
  there = std::move(file);
  order_.push_back(name);
  forget_old();
}

void ServedFiles::add_unserved(const std::string& path, const std::string& why) {
  add(path, std::make_shared<Unserved>(why));
}

/// With the lock held.
void ServedFiles::forget_old() {
  while (memory_ > most_memory && order_.size() > 1) {
    const auto oldest = files_.find(order_.front());
    memory_ -= oldest->second->memory();
    files_.erase(oldest);
    order_.pop_front();
  }
}

std::shared_ptr<ServedFile> ServedFiles::find(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(name_of(path));
  return found == files_.end() ? nullptr : found->second;
}

}  // namespace lucie::dolly
