#include "lab/node/boot.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "lab/network.hpp"
#include "lab/node/screen.hpp"

namespace lucie::lab {
namespace {

/// One end in our network namespace with the node's address, the other on the lab's bridge. The kernel takes
/// a moment to remove the card of the last boot.
void plug_in_card(const Plan& plan, const Machine& machine) {
  const std::string port = fmt::format("node{}", plan.number_of(machine));
  const std::string batch =
      fmt::format("link add {0} type veth peer name eth0 address {1} netns {2}\nlink set {0} master {3} up\n",
                  port, machine.mac_address, getpid(), bridge_name);
  const std::string lab = fmt::format("--net=/proc/{}/ns/net", getppid());
  if (unshare(CLONE_NEWNET) != 0) throw_errno("make a network namespace");
  for (int tries = 0;; ++tries) {
    base::run({.argv = {"nsenter", lab, "ip", "link", "delete", port}});
    const auto outcome = base::run({.argv = {"nsenter", lab, "ip", "-batch", "-"}, .input = batch});
    if (outcome.success()) break;
    if (tries == 20) throw EnvironmentError("plugging in the network card: " + outcome.error);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  base::run_or_throw({.argv = {"ip", "-batch", "-"}, .input = "link set lo up\nlink set eth0 up\n"});
}

void separate() {
  if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) != 0) throw_errno("make namespaces");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) throw_errno("make mounts private");
}

/// In the node's first process.
[[noreturn]] void begin(const World& world, const ControlGroup& group) {
  try {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    group.enter();
    become_node(world);
  } catch (const Error& error) {
    say(render_fault(error.fault()));
  } catch (const std::exception& error) {
    say(error.what());
  }
  _exit(1);
}

/// A login program hangs up the line, for us too (vhangup(2)).
void take_line_again(const std::filesystem::path& console) {
  const base::FileDescriptor line(open(console.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (line.valid()) dup2(line.get(), STDOUT_FILENO);
}

/// reboot(2) in a process namespace ends its first process with SIGHUP for a restart, SIGINT otherwise.
std::optional<BootEnd> end_of(pid_t first) {
  int status = 0;
  while (waitpid(first, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP) return BootEnd::restart;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) return BootEnd::off;
  return std::nullopt;
}

}  // namespace

BootEnd boot_once(const Plan& plan, const Machine& machine, const std::string& loop_device,
                  const ControlGroup& group) {
  say(fmt::format("{}: power-on (a node made of namespaces)", machine.name));
  plug_in_card(plan, machine);
  separate();
  const Firmware firmware{.machine = machine,
                          .busybox = plan.server_root() / "bin/busybox",
                          .folder = plan.node_folder(machine.name)};
  const World world{.plan = plan, .machine = machine, .loop_device = loop_device, .boot = firmware.run()};
  if (unshare(CLONE_NEWPID) != 0) throw_errno("make a process namespace");
  const pid_t first = fork();
  if (first < 0) throw_errno("fork");
  if (first == 0) begin(world, group);
  const auto end = end_of(first);
  if (end) return *end;
  take_line_again(plan.node_folder(machine.name) / "dev/console");
  say("The node's first process has ended; a kernel would panic. Its power stays on.");
  for (;;) pause();
}

}  // namespace lucie::lab
