#include "lab/inside.hpp"

#include <csignal>
#include <cstdio>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "lab/network.hpp"
#include "lab/plan.hpp"
#include "lab/scratch_disk.hpp"
#include "lab/server_root.hpp"

namespace lucie::lab {
namespace {

void make_lab(const Plan& plan) {
  // Programs started in the lab must see its processes, not the machine's.
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "") != 0) throw_errno("mount /proc");
  mount_scratch_disk(plan.cache, plan.mount_point());
  mount_server_root(plan);
  identify_server(plan);
  make_network(plan);
  base::write_file(plan.state / "ready", "");
}

/// SIGTERM ends the lab; the kernel then kills all other processes of the namespace.
[[noreturn]] void reap_for_ever() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int number : {SIGCHLD, SIGTERM}) sigaddset(&awaited, number);
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
  for (;;) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    int number = 0;
    if (sigwait(&awaited, &number) == 0 && number == SIGTERM) _exit(0);
  }
}

}  // namespace

int run_inside(const std::filesystem::path& state) {
  try {
    make_lab(plan_from_json(base::read_file(state / "lab.json")));
  } catch (const Error& error) {
    std::fputs(render_fault(error.fault()).c_str(), stderr);
    return 3;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 3;
  }
  reap_for_ever();
}

}  // namespace lucie::lab
