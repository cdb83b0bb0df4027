#include "lab/scratch_disk.hpp"

#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/loop_device.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t k_size = 64ULL << 30;   ///< bytes; sparse, so this is only the most it can grow to
constexpr std::uint64_t k_needed = 4ULL << 30;  ///< bytes that a small cluster really writes

void require_space(const fs::path& folder) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) != 0) throw_errno("statvfs " + folder.string());
  const std::uint64_t free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
  if (free >= k_needed) return;
  EnvironmentError error(fmt::format("{} has only {} free, the lab needs {}", folder.string(),
                                     base::human_size(free), base::human_size(k_needed)));
  error.hint("LUCIE_CACHE names another folder");
  throw error;
}

base::FileDescriptor nameless_file(const fs::path& folder) {
  base::FileDescriptor file(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid()) {  // overlay file systems of older kernels have no O_TMPFILE
    std::string name = (folder / "scratch-XXXXXX").string();
    file.reset(mkostemp(name.data(), O_CLOEXEC));
    if (!file.valid()) throw_errno("create a file in " + folder.string());
    unlink(name.c_str());
  }
  if (ftruncate(file.get(), static_cast<off_t>(k_size)) != 0) throw_errno("grow the lab's disk");
  return file;
}

}  // namespace

void mount_scratch_disk(const fs::path& folder, const fs::path& mount_point) {
  require_space(folder);
  const base::FileDescriptor file = nameless_file(folder);
  const base::LoopDevice device = base::attach_loop_device(file, base::Partitions::ignored);
  base::run_or_throw({.argv = {"mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", "-E",
                               "lazy_itable_init=1,nodiscard", device.path}});
  if (mount(device.path.c_str(), mount_point.c_str(), "ext4", MS_NOATIME, "noinit_itable,discard") != 0) {
    throw_errno("mount the lab's disk at " + mount_point.string());
  }
}

}  // namespace lucie::lab
