#include "lab/node/disk.hpp"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

base::LoopDevice attach(const fs::path& path, std::uint64_t size) {
  const base::FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) throw_errno("open " + path.string());
  struct stat status {};
  if (fstat(file.get(), &status) != 0) throw_errno("stat " + path.string());
  const bool small = static_cast<std::uint64_t>(status.st_size) < size;
  if (small && ftruncate(file.get(), static_cast<off_t>(size)) != 0) throw_errno("grow " + path.string());
  return base::attach_loop_device(file, base::Partitions::found);
}

/// "259:3", as sysfs writes device numbers.
dev_t device_number(const std::string& text) {
  const auto colon = text.find(':');
  return makedev(static_cast<unsigned>(std::atoi(text.c_str())),
                 static_cast<unsigned>(std::atoi(text.c_str() + colon + 1)));
}

}  // namespace

NodeDisk::NodeDisk(const fs::path& file, std::uint64_t size) : device_(attach(file, size)) {}

dev_t NodeDisk::number() const {
  struct stat status {};
  if (fstat(device_.descriptor.get(), &status) != 0) throw_errno("stat " + device_.path.string());
  return status.st_rdev;
}

std::map<int, dev_t> NodeDisk::partitions() const {
  const std::string prefix = device_.name() + "p";
  std::map<int, dev_t> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path("/sys/block") / device_.name(), ignored)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix)) continue;
    try {
      found[std::atoi(name.c_str() + prefix.size())] = device_number(base::read_file(entry.path() / "dev"));
    } catch (const EnvironmentError&) {  // it has just gone
    }
  }
  return found;
}

void NodeDisk::read_table() const {
  base::run({.argv = {"partx", "--update", device_.path}});
}

void NodeDisk::wait_until_free() const {
  for (int tries = 0; tries < 100; ++tries) {
    const base::FileDescriptor exclusive(open(device_.path.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    if (exclusive.valid()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace lucie::lab
