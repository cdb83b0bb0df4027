#include "dolly/issue_time.hpp"

#include <charconv>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace lucie::dolly {
namespace {

constexpr const char* attribute = "user.lucie.issued";

}  // namespace

IssueTimes::IssueTimes(const std::filesystem::path& root)
    : root_(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

base::FileDescriptor IssueTimes::open_file(const std::string& path) const {
  open_how how{};
  how.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return base::FileDescriptor(
      static_cast<int>(syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof how)));
}

std::uint64_t IssueTimes::read(const std::string& path) const {
  const base::FileDescriptor file = open_file(path);
  char text[32];
  const ssize_t size = file.valid() ? fgetxattr(file.get(), attribute, text, sizeof text) : -1;
  std::uint64_t issued = 0;
  if (size > 0) std::from_chars(text, text + size, issued);
  return issued;
}

void IssueTimes::write(const std::string& path, std::uint64_t issued) const {
  const base::FileDescriptor file = open_file(path);
  const std::string text = std::to_string(issued);
  if (file.valid()) fsetxattr(file.get(), attribute, text.data(), text.size(), 0);
}

}  // namespace lucie::dolly
