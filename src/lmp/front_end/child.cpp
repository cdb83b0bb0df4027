#include "lmp/front_end/child.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace lucie::lmp {
namespace {

/// What a child must not inherit of ours: blocked signals, ignored ones, and our process group if it has its
/// own.
void set_attributes(posix_spawnattr_t& attributes, bool own_group) {
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD}) sigaddset(&usual, number);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int group = own_group ? POSIX_SPAWN_SETPGROUP : 0;
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group));
}

}  // namespace

Pipe::Pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe");
  read_end.reset(ends[0]);
  write_end.reset(ends[1]);
}

Child::Child(const std::vector<std::string>& words, Files files, bool own_group) : own_group_(own_group) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (files.input >= 0) posix_spawn_file_actions_adddup2(&actions, files.input, 0);
  if (files.output >= 0) posix_spawn_file_actions_adddup2(&actions, files.output, 1);
  if (files.further >= 0) posix_spawn_file_actions_adddup2(&actions, files.further, files.further);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  set_attributes(attributes, own_group);
  const int failure = posix_spawnp(&process_, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failure == 0) return;
  throw EnvironmentError(fmt::format("cannot run {}: {}", words[0], std::strerror(failure)));
}

void Child::signal(int number) const {
  kill(own_group_ ? -process_ : process_, number);
}

Child::~Child() {
  if (ended_) return;
  signal(SIGTERM);
  for (int tenths = 0; tenths < 10 && !ended_; ++tenths) {
    ended_ = waitpid(process_, nullptr, WNOHANG) != 0;
    if (!ended_) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  if (!ended_ || own_group_) signal(SIGKILL);  // what the program left in its group
  while (!ended_ && waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> Child::wait(const Interruption& interruption,
                               std::optional<std::chrono::milliseconds> limit) {
  const auto status = interruption.wait_for_child(process_, limit);
  ended_ = status.has_value();
  return status;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? std::string() : fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace lucie::lmp
