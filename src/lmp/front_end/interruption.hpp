#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <sys/types.h>
#include <termios.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::lmp {

/// A signal asked us to end while somebody was being asked.
class Interrupted : public Error {
 public:
  explicit Interrupted(int signal);
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// While it lives, SIGINT, SIGTERM and SIGHUP do not end the program: they come out of its waits as
/// Interrupted, so that whoever waits can take away what it made. The terminal is left as it was found.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Until something can be read (or the other end has gone); false when that takes longer.
  bool wait_for_input(int descriptor, std::optional<std::chrono::milliseconds> limit = {}) const;
  /// Until the child has ended; its status as waitpid(2) gives it, or nothing when it takes longer.
  std::optional<int> wait_for_child(pid_t child, std::optional<std::chrono::milliseconds> limit = {}) const;

 private:
  int next_signal() const;

  sigset_t before_{};
  base::FileDescriptor signals_;
  std::optional<termios> terminal_;
};

}  // namespace lucie::lmp
