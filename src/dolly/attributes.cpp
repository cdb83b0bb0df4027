#include "dolly/attributes.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"

namespace lucie::dolly {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// What Lucie itself notes with files is of this machine.
constexpr std::string_view of_lucie = "user.lucie.";

/// The names as the kernel gives them, each ended by a zero.
std::string names_of(const std::filesystem::path& path) {
  std::string names(XATTR_LIST_MAX, '\0');
  const ssize_t size = llistxattr(path.c_str(), names.data(), names.size());
  if (size < 0 && errno != ENOTSUP) throw_errno("read the attributes of " + path.string());
  names.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return names;
}

std::string value_of(const std::filesystem::path& path, const std::string& name) {
  std::string value(XATTR_SIZE_MAX, '\0');
  const ssize_t size = lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
  if (size < 0) throw_errno("read the attribute " + name + " of " + path.string());
  value.resize(static_cast<std::size_t>(size));
  return value;
}

std::vector<timespec> times_of(const Attributes& attributes) {
  std::int64_t seconds = attributes.changed / second, rest = attributes.changed % second;
  if (rest < 0) {
    --seconds;
    rest += second;
  }
  const timespec changed{seconds, rest};
  return {changed, changed};
}

bool is_root() {
  return geteuid() == 0;
}

}  // namespace

Attributes read_attributes(const std::filesystem::path& path, const struct stat& status) {
  Attributes attributes{
      status.st_uid, status.st_gid, status.st_mtim.tv_sec * second + status.st_mtim.tv_nsec, {}};
  const std::string names = names_of(path);
  for (std::size_t start = 0; start < names.size();) {
    const std::string name = names.c_str() + start;
    start += name.size() + 1;
    if (!name.starts_with(of_lucie)) attributes.extended[name] = value_of(path, name);
  }
  return attributes;
}

void give_attributes(int file, std::uint32_t mode, const Attributes& attributes,
                     const std::filesystem::path& path) {
  if (is_root() && fchown(file, attributes.owner, attributes.group) != 0)
    throw_errno("change the owner of " + path.string());
  for (const auto& [name, value] : attributes.extended) {
    if (fsetxattr(file, name.c_str(), value.data(), value.size(), 0) == 0 || errno == ENOTSUP) continue;
    // Only root may give those of the system.
    if (errno == EPERM && !is_root()) continue;
    throw_errno("set the attribute " + name + " of " + path.string());
  }
  // Behind the owner: a new one takes the set-user-ID bit away.
  if (fchmod(file, mode) != 0) throw_errno("set the mode of " + path.string());
  if (futimens(file, times_of(attributes).data()) != 0) throw_errno("set the time of " + path.string());
}

void give_attributes_at(int folder, const std::string& name, std::uint32_t mode, const Attributes& attributes,
                        const std::filesystem::path& path) {
  struct stat status {};
  if (fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) throw_errno("stat " + path.string());
  if (is_root() &&
      fchownat(folder, name.c_str(), attributes.owner, attributes.group, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno("change the owner of " + path.string());
  if (!S_ISLNK(status.st_mode) && fchmodat(folder, name.c_str(), mode, 0) != 0)
    throw_errno("set the mode of " + path.string());
  if (utimensat(folder, name.c_str(), times_of(attributes).data(), AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno("set the time of " + path.string());
}

}  // namespace lucie::dolly
