#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace lucie::base {

/// A program to run. It gets LC_ALL=C.UTF-8, so that its messages can be read by us; it is killed when the
/// thread that started it dies (PR_SET_PDEATHSIG), and starts a process group of its own.
struct Command {
  std::vector<std::string> argv;                   ///< the program is looked up in PATH
  std::map<std::string, std::string> environment;  ///< added to our own environment
  std::filesystem::path directory;                 ///< working directory; empty: ours
  std::filesystem::path root;                      ///< chroot into it before the program starts; empty: none
  std::string input;                               ///< written to its standard input
  std::optional<std::chrono::milliseconds> time_limit;  ///< then its process group is killed
  /// Called for every line of standard output and standard error as it arrives, without the newline.
  std::function<void(std::string_view line)> on_line;
  /// Asked about ten times a second; when it says true the process group gets SIGTERM, and SIGKILL after 2 s.
  std::function<bool()> cancelled;
};

/// How it ended. A failing program is an outcome, not an exception.
struct Outcome {
  int exit_status = -1;  ///< valid when `signal` is 0
  int signal = 0;        ///< the signal that ended it
  bool timed_out = false;
  std::string output;  ///< standard output (also when `on_line` is set)
  std::string error;   ///< standard error

  bool success() const { return signal == 0 && exit_status == 0 && !timed_out; }
  /// "exit status 3", "killed by signal 9 (Killed)", "no end within its time limit".
  std::string describe() const;
};

/// Runs it and waits. Throws EnvironmentError only when it cannot be started ("mmdebstrap: not found").
Outcome run(const Command& command);

/// Runs it and returns its standard output. Throws EnvironmentError with the last lines of its standard
/// error when it does not succeed.
std::string run_or_throw(const Command& command);

/// The full path of a program in PATH (and the sbin folders), or an empty path.
std::filesystem::path find_in_path(const std::string& program);

/// A program that goes on beside us, its output in a file. Killed (whole group) when the object ends unless
/// it was released.
class BackgroundProcess {
 public:
  /// `log`: file that standard output and error are appended to. `detached`: it lives on when we die
  /// (setsid, no death signal), for daemons.
  BackgroundProcess(const Command& command, const std::filesystem::path& log, bool detached = false);
  BackgroundProcess(BackgroundProcess&& other) noexcept : process_(other.release()) {}
  BackgroundProcess& operator=(BackgroundProcess&&) = delete;
  ~BackgroundProcess();

  pid_t process() const { return process_; }
  /// True while it runs; reaps it when it has ended.
  bool running();
  /// SIGTERM, then SIGKILL after `grace`; waits until it is gone.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(3));
  pid_t release();

 private:
  pid_t process_ = -1;
};

}  // namespace lucie::base
