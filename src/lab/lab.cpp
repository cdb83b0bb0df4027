#include "lab/lab.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/interrupt.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

using std::chrono::milliseconds;

base::FileDescriptor open_lock(const fs::path& state) {
  base::FileDescriptor lock(open((state / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) throw_errno("open " + (state / "lock").string());
  return lock;
}

/// The kernel drops the lock with its process, so a lab that was killed does not count as running.
bool try_lock(const base::FileDescriptor& lock) {
  return flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
}

void clear_folder(const fs::path& state) {
  for (const auto& entry : fs::directory_iterator(state)) {
    if (entry.path().filename() != "lock") fs::remove_all(entry.path());
  }
}

}  // namespace

fs::path state_folder() {
  const char* value = std::getenv("LUCIE_LAB");
  return value != nullptr && *value != '\0' ? fs::path(value) : fs::path("/run/lucie-lab");
}

Lab::Lab(const Plan& plan) : state_(plan.state) {
  if (geteuid() != 0) {
    EnvironmentError error("the lab makes namespaces and mounts, which only root may");
    error.hint("run it with sudo");
    throw error;
  }
  fs::create_directories(state_);
  lock_ = open_lock(state_);
  if (!try_lock(lock_)) {
    EnvironmentError error(fmt::format("a lab is running already in {}", state_.string()));
    error.hint("'lucie-lab down' ends it");
    throw error;
  }
  clear_folder(state_);
  for (const char* folder : {"log", "mount", "console", "machines"}) fs::create_directories(state_ / folder);
  start(plan);
}

void Lab::start(const Plan& plan) {
  base::write_file(state_ / "lab.json", to_json(plan));
  const fs::path log = state_ / "log" / "lab";
  keeper_.emplace(base::Command{.argv = {"unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork",
                                         "--kill-child", "--propagation", "private",
                                         fs::read_symlink("/proc/self/exe"), "__inside", state_}},
                  log);
  if (plan.namespace_nodes() > 0) {
    // Detached: it outlives us when we are killed, to remove what the kernel does not remove by itself.
    sweeper_.emplace(base::Command{.argv = {fs::read_symlink("/proc/self/exe"), "__sweep", state_,
                                            std::to_string(keeper_->process())}},
                     log, true);
  }
  while (!fs::exists(state_ / "ready")) {
    if (!keeper_->running()) {
      throw EnvironmentError(fmt::format("the lab cannot be made: {}", base::trim(base::read_file(log))));
    }
    stop_if_interrupted();
    std::this_thread::sleep_for(milliseconds(20));
  }
  base::write_file(state_ / "keeper", fmt::format("{} {}\n", keeper_->process(), getpid()));
  server_.emplace(plan, keeper_->process());
}

Lab::~Lab() {
  stop();
  std::error_code ignored;
  fs::remove_all(state_, ignored);
}

/// The lab's first process is ended rather than its keeper: the keeper then ends only when the kernel has
/// ended every process of the lab, so that nothing of it is left when we return.
void Lab::stop() {
  if (!keeper_ || !keeper_->running()) return;
  const fs::path children = fmt::format("/proc/{0}/task/{0}/children", keeper_->process());
  if (fs::exists(children)) {
    const auto first = base::split_words(base::read_file(children));
    if (!first.empty()) kill(std::stoi(first.front()), SIGKILL);
    for (int waited = 0; waited < 500 && keeper_->running(); ++waited) {
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
  keeper_->stop(milliseconds(0));
  for (int waited = 0; sweeper_ && waited < 500 && sweeper_->running(); ++waited) {
    std::this_thread::sleep_for(milliseconds(20));
  }
}

std::optional<RunningLab> find_lab(const fs::path& state) {
  if (!fs::exists(state / "lock") || !fs::exists(state / "keeper")) return std::nullopt;
  if (try_lock(open_lock(state))) return std::nullopt;
  const auto words = base::split_words(base::read_file(state / "keeper"));
  return RunningLab{Server(plan_from_json(base::read_file(state / "lab.json")), std::stoi(words.at(0))),
                    std::stoi(words.at(1))};
}

RunningLab require_lab(const fs::path& state) {
  auto lab = find_lab(state);
  if (!lab) throw Error("no lab is running").hint("'lucie-lab up CLUSTER.conf' starts one");
  return *lab;
}

void end_lab(const RunningLab& lab) {
  const fs::path state = lab.server.plan().state;
  kill(lab.owner, SIGTERM);
  for (int waited = 0; find_lab(state); ++waited) {
    if (waited == 500) kill(lab.owner, SIGKILL);  // ten seconds
    std::this_thread::sleep_for(milliseconds(20));
  }
}

}  // namespace lucie::lab
