#include "lab/node/control_group.hpp"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "lab/mounting.hpp"
#include "lab/node/inotify_limit.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// One lab runs in a state folder, so this tells labs apart, and what a lab left can be found again.
std::string group_name(const fs::path& state) {
  return "lucie-lab." + base::sha256_hex(state.string()).substr(0, 8);
}

void mount_hierarchy(const fs::path& place) {
  try {
    mount_at("cgroup2", place, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  } catch (EnvironmentError& error) {
    throw error.hint("nodes of kind 'namespace' need a kernel with control groups of version 2");
  }
}

/// A group can be removed when it has neither processes nor groups. Processes that were just killed may need
/// a moment.
bool remove_groups(const fs::path& group) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(group, ignored)) {
    if (entry.is_directory(ignored)) remove_groups(entry.path());
  }
  return rmdir(group.c_str()) == 0 || errno == ENOENT;
}

void remove_patiently(const fs::path& group) {
  for (int tries = 0; !remove_groups(group) && tries < 500; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

ControlGroup::ControlGroup(const Plan& plan, const Machine& machine, const fs::path& place)
    : folder_(place / group_name(plan.state) / machine.name) {
  mount_hierarchy(place);
  clear();
}

void ControlGroup::clear() const {
  remove_patiently(folder_);
  fs::create_directories(folder_);
}

void ControlGroup::enter() const {
  const fs::path members = folder_ / "cgroup.procs";
  const base::FileDescriptor file(open(members.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid() || write(file.get(), "0", 1) != 1) throw_errno("write " + members.string());
  if (unshare(CLONE_NEWCGROUP) != 0) throw_errno("make a namespace of control groups");
}

int sweep(const fs::path& state, pid_t keeper) {
  std::optional<InotifyLimit> limit;
  try {
    limit.emplace(plan_from_json(base::read_file(state / "lab.json")).namespace_nodes());
  } catch (const std::exception& error) {
    fmt::print(stderr, "the nodes get no more inotify instances: {}\n", error.what());
  }
  if (const base::FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, keeper, 0)));
      process.valid()) {
    pollfd end{process.get(), POLLIN, 0};
    while (poll(&end, 1, -1) < 0) {
    }
  }
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 3;
  // Any folder will do: the mount is ours alone.
  if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr) != 0) return 3;
  remove_patiently(fs::path("/sys/fs/cgroup") / group_name(state));
  return 0;
}

}  // namespace lucie::lab
