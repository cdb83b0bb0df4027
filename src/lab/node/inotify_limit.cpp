#include "lab/node/inotify_limit.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::lab {
namespace {

constexpr const char* setting = "/proc/sys/fs/inotify/max_user_instances";
/// A Debian 12 with a few services has five.
constexpr int instances_of_node = 8;

void add(int instances) {
  const base::FileDescriptor file(open(setting, O_RDWR | O_CLOEXEC));
  if (!file.valid() || flock(file.get(), LOCK_EX) != 0) throw_errno(fmt::format("open {}", setting));
  const std::string value = std::to_string(std::stoi(base::read_file(setting)) + instances);
  if (write(file.get(), value.data(), value.size()) < 0) throw_errno(fmt::format("write {}", setting));
}

}  // namespace

InotifyLimit::InotifyLimit(std::size_t nodes) : added_(static_cast<int>(nodes) * instances_of_node) {
  add(added_);
}

InotifyLimit::~InotifyLimit() {
  try {
    add(-added_);
  } catch (const std::exception&) {  // somebody else's setting now
  }
}

}  // namespace lucie::lab
