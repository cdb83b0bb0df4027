#include "lmp/front_end/interruption.hpp"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lucie::lmp {
namespace {

using Clock = std::chrono::steady_clock;

/// Milliseconds that poll(2) may still take; -1: as long as it likes.
int rest_of(std::optional<Clock::time_point> end) {
  if (!end) return -1;
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(*end - Clock::now()).count();
  return rest < 0 ? 0 : static_cast<int>(std::min<long long>(rest + 1, 3600000));
}

std::optional<Clock::time_point> end_of(std::optional<std::chrono::milliseconds> limit) {
  if (!limit) return {};
  return Clock::now() + *limit;
}

}  // namespace

Interrupted::Interrupted(int signal) : Error("interrupted"), signal_(signal) {
  hint("nothing was written");
}

Interruption::Interruption() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&wanted, number);
  sigprocmask(SIG_BLOCK, &wanted, &before_);
  signals_.reset(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.valid()) throw_errno("signalfd");
  termios settings{};
  if (tcgetattr(STDIN_FILENO, &settings) == 0) terminal_ = settings;
}

Interruption::~Interruption() {
  if (terminal_) tcsetattr(STDIN_FILENO, TCSADRAIN, &*terminal_);
  while (next_signal() != 0) {  // those that were not waited for would end us now, amid of unwinding
  }
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

/// The next signal that came, or 0.
int Interruption::next_signal() const {
  signalfd_siginfo information{};
  const ssize_t count = read(signals_.get(), &information, sizeof information);
  return count == sizeof information ? static_cast<int>(information.ssi_signo) : 0;
}

bool Interruption::wait_for_input(int descriptor, std::optional<std::chrono::milliseconds> limit) const {
  const auto end = end_of(limit);
  while (true) {
    std::array<pollfd, 2> waits = {pollfd{descriptor, POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
    const int count = poll(waits.data(), waits.size(), rest_of(end));
    if (count < 0 && errno != EINTR) throw_errno("poll");
    while (const int signal = count > 0 ? next_signal() : 0) {
      if (signal != SIGCHLD) throw Interrupted(signal);
    }
    if (count > 0 && waits[0].revents != 0) return true;
    if (end && Clock::now() >= *end) return false;
  }
}

std::optional<int> Interruption::wait_for_child(pid_t child,
                                                std::optional<std::chrono::milliseconds> limit) const {
  const auto end = end_of(limit);
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) throw_errno("waitpid");
    pollfd wait{signals_.get(), POLLIN, 0};
    const int count = poll(&wait, 1, rest_of(end));
    if (count < 0 && errno != EINTR) throw_errno("poll");
    while (const int signal = count > 0 ? next_signal() : 0) {
      if (signal != SIGCHLD) throw Interrupted(signal);
    }
    if (end && Clock::now() >= *end) return {};
  }
}

}  // namespace lucie::lmp
