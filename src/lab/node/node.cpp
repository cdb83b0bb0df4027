#include "lab/node/node.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "lab/node/boot.hpp"
#include "lab/node/console_line.hpp"
#include "lab/node/devices.hpp"
#include "lab/node/screen.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// SIGTERM and the end of children come as something to read. Both are blocked from the beginning.
base::FileDescriptor signals() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int number : {SIGCHLD, SIGTERM}) sigaddset(&awaited, number);
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
  base::FileDescriptor file(signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!file.valid()) throw_errno("signalfd");
  return file;
}

class Node {
 public:
  Node(const Plan& plan, const Machine& machine)
      : plan_(plan),
        machine_(machine),
        folder_(plan.node_folder(machine.name)),
        signals_(signals()),
        disk_(plan.disk(machine.name), machine.disk_size),
        line_(plan.console_log(machine.name), plan.console_socket(machine.name)),
        devices_(folder_ / "dev", disk_, line_.terminal()),
        group_(plan, machine, folder_ / "cgroup") {}

  void run() {
    do {
      disk_.wait_until_free();
      disk_.read_table();
      group_.clear();
      devices_.refresh();
      line_.renew();
    } while (boot() == BootEnd::restart);
  }

 private:
  /// One boot, in a child, while we look after line and devices. The plug was pulled: off.
  BootEnd boot() {
    const pid_t parent = getpid(), child = fork();
    if (child < 0) throw_errno("fork");
    if (child == 0) be_board(parent);
    int status = 0;
    while (attend()) {
      for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (ended == child) return WIFEXITED(status) ? BootEnd(WEXITSTATUS(status)) : BootEnd::off;
      }
    }
    return end_all(child);
  }

  /// Everything of the node ends with this process. When the last one is gone, so is all that they held.
  BootEnd end_all(pid_t child) {
    kill(child, SIGKILL);
    while (waitpid(-1, nullptr, 0) > 0) {
    }
    return BootEnd::off;
  }

  [[noreturn]] void be_board(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(line_.terminal(), 0);
    dup2(line_.terminal(), 1);
    dup2(line_.terminal(), 2);
    try {
      _exit(static_cast<int>(boot_once(plan_, machine_, disk_.device().name(), group_)));
    } catch (const std::exception& error) {
      say(error.what());
    }
    for (;;) pause();
  }

  /// Waits for something and does it; false when the plug is pulled.
  bool attend() {
    auto files = line_.awaited();
    files.push_back({devices_.announcements(), POLLIN, 0});
    files.push_back({signals_.get(), POLLIN, 0});
    if (poll(files.data(), files.size(), -1) < 0) return true;
    line_.attend(files);
    if (files[files.size() - 2].revents != 0) devices_.refresh();
    signalfd_siginfo signal{};
    while (read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo == SIGTERM) return false;
    }
    return true;
  }

  const Plan& plan_;
  const Machine& machine_;
  fs::path folder_;
  base::FileDescriptor signals_;
  NodeDisk disk_;
  ConsoleLine line_;
  NodeDevices devices_;
  ControlGroup group_;
};

void run(const fs::path& state, const std::string& name) {
  const Plan plan = plan_from_json(base::read_file(state / "lab.json"));
  const Machine* machine = plan.machine(name);
  if (machine == nullptr) throw Error("the lab has no node '" + name + "'");
  // Our mounts are nobody else's, and end with us. Orphans of the node become our children.
  if (unshare(CLONE_NEWNS) != 0) throw_errno("make a mount namespace");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) throw_errno("make mounts private");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  setenv("no_proxy", "*", 1);  // the lab's server is reached directly, whatever the machine uses
  fs::create_directories(plan.node_folder(name));
  Node(plan, *machine).run();
}

}  // namespace

std::vector<std::string> node_command(const Plan& plan, const Machine& machine) {
  return {fs::read_symlink("/proc/self/exe"), "__node", plan.state, machine.name};
}

int run_node(const fs::path& state, const std::string& name) {
  try {
    run(state, name);
    return 0;
  } catch (const Error& error) {
    std::fputs(render_fault(error.fault()).c_str(), stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return 3;
}

}  // namespace lucie::lab
