#include "setup/root.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/error.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

void mount_or_throw(const char* source, const fs::path& place, const char* type, unsigned long flags) {
  if (mount(source, place.c_str(), type, flags, nullptr) != 0) throw_errno("mount " + place.string());
}

/// A bind mount needs something to lie on; a symbolic link would lead out of the root.
void bind_resolver(const fs::path& root) {
  const fs::path place = root / "etc/resolv.conf";
  if (fs::is_regular_file(fs::symlink_status(place)) && fs::exists("/etc/resolv.conf")) {
    mount_or_throw("/etc/resolv.conf", place, nullptr, MS_BIND);
  }
}

}  // namespace

void become_in_root(const fs::path& root, const std::vector<std::string>& command) {
  if (unshare(CLONE_NEWNS) != 0) throw_errno("make a mount namespace");
  mount_or_throw(nullptr, "/", nullptr, MS_REC | MS_PRIVATE);
  mount_or_throw("proc", root / "proc", "proc", 0);
  mount_or_throw("sysfs", root / "sys", "sysfs", MS_RDONLY);
  mount_or_throw("/dev", root / "dev", nullptr, MS_BIND | MS_REC);
  bind_resolver(root);
  if (chroot(root.c_str()) != 0 || chdir("/") != 0) throw_errno("enter " + root.string());
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  throw EnvironmentError(fmt::format("run {} in {}: {}", command[0], root.string(), std::strerror(errno)));
}

}  // namespace lucie::setup
