#include "daemon/served_files.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lucie::daemon {

base::FileDescriptor open_below(const std::filesystem::path& folder, const std::filesystem::path& file) {
  const base::FileDescriptor root(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid() || file.empty() || file.is_absolute()) return {};
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // opening a pipe must not wait for its writer
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  base::FileDescriptor opened(
      static_cast<int>(syscall(SYS_openat2, root.get(), file.c_str(), &how, sizeof how)));
  struct stat status {};
  if (!opened.valid() || fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return opened;
}

}  // namespace lucie::daemon
