#include "base/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::base {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  FileDescriptor read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe");
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
};

/// argv and envp as execve wants them, made before the fork.
struct Arguments {
  std::vector<std::string> environment;
  std::vector<char*> argv, envp;

  explicit Arguments(const Command& command) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      const std::string name(text.substr(0, text.find('=')));
      const bool replaced = command.environment.contains(name) || name == "LC_ALL" || name == "LANGUAGE";
      if (!replaced) environment.emplace_back(text);
    }
    if (!command.environment.contains("LC_ALL")) environment.emplace_back("LC_ALL=C.UTF-8");
    for (const auto& [name, value] : command.environment) environment.push_back(name + "=" + value);
    for (const std::string& word : command.argv) argv.push_back(const_cast<char*>(word.c_str()));
    for (std::string& entry : environment) envp.push_back(entry.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
  }
};

struct Streams {
  int input, output, error;
};

/// What a child needs to become its program.
struct Birth {
  const Command& command;
  Arguments& arguments;
  Streams streams;
  int failure;  ///< takes the errno of a program that cannot be started
  bool detached;
  pid_t parent;
};

/// What the parent catches, the child must not: the handlers would work in the parent's memory.
void forget_handlers() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) signal(number, SIG_DFL);
  }
  for (int number : {SIGPIPE, SIGINT, SIGTERM, SIGQUIT, SIGHUP}) signal(number, SIG_DFL);
}

/// In the child, which has the parent's memory until it executes: only async-signal-safe calls, and nothing
/// is changed but errno. Its table of files, its folders and its signal actions are its own.
[[noreturn]] void become(const Birth& birth) {
  const Command& command = birth.command;
  if (birth.detached) {
    setsid();
  } else {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != birth.parent) _exit(127);
  }
  forget_handlers();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool ready = dup2(birth.streams.input, 0) == 0 && dup2(birth.streams.output, 1) == 1 &&
                     dup2(birth.streams.error, 2) == 2 &&
                     (command.root.empty() || (chroot(command.root.c_str()) == 0 && chdir("/") == 0)) &&
                     (command.directory.empty() || chdir(command.directory.c_str()) == 0);
  if (ready) execvpe(birth.arguments.argv[0], birth.arguments.argv.data(), birth.arguments.envp.data());
  const int number = errno;
  [[maybe_unused]] const ssize_t told = write(birth.failure, &number, sizeof number);
  _exit(127);
}

/// No handler runs in this thread while this lives.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

/// Returns when the child has its program or is gone. vfork: fork would copy the page tables, which takes a
/// process of some hundred megabytes longer than what many of the programs do.
[[gnu::noinline]] pid_t bear(const Birth& birth) {
  const BlockedSignals blocked;
  const pid_t child = vfork();
  if (child == 0) become(birth);
  return child;
}

pid_t spawn(const Command& command, Streams streams, bool detached) {
  if (command.argv.empty()) throw Error("no program to run");
  Arguments arguments(command);
  Pipe failure;
  const pid_t child = bear({command, arguments, streams, failure.write_end.get(), detached, getpid()});
  if (child < 0) throw_errno("vfork");
  failure.write_end.reset();
  int number = 0;
  if (read(failure.read_end.get(), &number, sizeof number) == sizeof number) {
    waitpid(child, nullptr, 0);
    if (number == ENOENT && command.directory.empty()) {
      EnvironmentError error(fmt::format("{}: program not found", command.argv[0]));
      error.hint(fmt::format("install the package that contains '{}'", command.argv[0]));
      throw error;
    }
    throw EnvironmentError(fmt::format("cannot run {}: {}", command.argv[0], std::strerror(number)));
  }
  return child;
}

/// Collects one output stream and hands out its lines.
struct Collector {
  FileDescriptor source;
  std::string text;
  std::size_t told = 0;

  void tell(const Command& command, bool rest) {
    if (!command.on_line) return;
    for (auto end = text.find('\n', told); end != std::string::npos; end = text.find('\n', told)) {
      command.on_line(std::string_view(text).substr(told, end - told));
      told = end + 1;
    }
    if (rest && told < text.size()) {
      command.on_line(std::string_view(text).substr(told));
      told = text.size();
    }
  }

  void receive(const Command& command) {
    std::array<char, 16384> buffer;
    const ssize_t count = read(source.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count <= 0) source.reset();
    tell(command, count <= 0);
  }
};

void feed(FileDescriptor& target, std::string_view& input) {
  const ssize_t count = write(target.get(), input.data(), input.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count < 0) input = {};
  if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
  if (input.empty()) target.reset();
}

/// Moves bytes until the process ended and both outputs are closed, or the process ended and a moment passed
/// (a daemon that it left behind may hold the outputs open for ever).
class Attendant {
 public:
  Attendant(const Command& command, pid_t child, FileDescriptor input, FileDescriptor output,
            FileDescriptor error)
      : command_(command), child_(child), input_(std::move(input)), pending_(command.input) {
    output_.source = std::move(output);
    error_.source = std::move(error);
    if (pending_.empty()) input_.reset();
  }

  Outcome attend() {
    while (!finished()) {
      wait_for_bytes();
      enforce_limits();
    }
    output_.tell(command_, true);
    error_.tell(command_, true);
    outcome_.output = std::move(output_.text);
    outcome_.error = std::move(error_.text);
    return outcome_;
  }

 private:
  bool finished() {
    if (!ended_) {
      int status = 0;
      const pid_t gone = waitpid(child_, &status, WNOHANG);
      if (gone == child_) {
        ended_ = Clock::now();
        outcome_.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        outcome_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
      }
    }
    if (!ended_) return false;
    return (!output_.source.valid() && !error_.source.valid()) ||
           Clock::now() - *ended_ > std::chrono::seconds(1);
  }

  void wait_for_bytes() {
    std::array<pollfd, 3> files{
        {{output_.source.get(), POLLIN, 0}, {error_.source.get(), POLLIN, 0}, {input_.get(), POLLOUT, 0}}};
    const bool open = output_.source.valid() || error_.source.valid();
    if (poll(files.data(), files.size(), open ? 100 : 5) <= 0) return;
    if (files[0].revents != 0) output_.receive(command_);
    if (files[1].revents != 0) error_.receive(command_);
    if (files[2].revents != 0) feed(input_, pending_);
  }

  void enforce_limits() {
    if (ended_) return;
    const auto now = Clock::now();
    if (command_.time_limit && now - start_ > *command_.time_limit) {
      outcome_.timed_out = true;
      kill(-child_, SIGKILL);
    } else if (terminated_ && now - *terminated_ > std::chrono::seconds(2)) {
      kill(-child_, SIGKILL);
    } else if (!terminated_ && command_.cancelled && command_.cancelled()) {
      terminated_ = now;
      kill(-child_, SIGTERM);
    }
  }

  const Command& command_;
  pid_t child_;
  FileDescriptor input_;
  std::string_view pending_;
  Collector output_, error_;
  Outcome outcome_;
  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> ended_, terminated_;
};

}  // namespace

std::string Outcome::describe() const {
  if (timed_out) return "no end within its time limit";
  if (signal != 0) return fmt::format("killed by signal {} ({})", signal, strsignal(signal));
  return fmt::format("exit status {}", exit_status);
}

Outcome run(const Command& command) {
  signal(SIGPIPE, SIG_IGN);
  Pipe input, output, error;
  fcntl(input.write_end.get(), F_SETFL, O_NONBLOCK);
  const pid_t child =
      spawn(command, {input.read_end.get(), output.write_end.get(), error.write_end.get()}, false);
  input.read_end.reset();
  output.write_end.reset();
  error.write_end.reset();
  Attendant attendant(command, child, std::move(input.write_end), std::move(output.read_end),
                      std::move(error.read_end));
  return attendant.attend();
}

std::string run_or_throw(const Command& command) {
  Outcome outcome = run(command);
  if (outcome.success()) return outcome.output;
  auto lines = split(trim(outcome.error.empty() ? outcome.output : outcome.error), '\n');
  if (lines.size() > 12) lines.erase(lines.begin(), lines.end() - 12);
  throw EnvironmentError(
      fmt::format("{} failed ({}): {}", command.argv[0], outcome.describe(), join(lines, "\n")));
}

std::filesystem::path find_in_path(const std::string& program) {
  const char* variable = std::getenv("PATH");
  const std::string path = std::string(variable != nullptr ? variable : "/usr/bin:/bin") + ":/usr/sbin:/sbin";
  for (const std::string& folder : split(path, ':')) {
    const auto candidate = std::filesystem::path(folder) / program;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

BackgroundProcess::BackgroundProcess(const Command& command, const std::filesystem::path& log,
                                     bool detached) {
  const FileDescriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const FileDescriptor output(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!output.valid()) throw_errno("open log " + log.string());
  process_ = spawn(command, {nothing.get(), output.get(), output.get()}, detached);
}

BackgroundProcess::~BackgroundProcess() {
  stop();
}

bool BackgroundProcess::running() {
  if (process_ < 0) return false;
  if (waitpid(process_, nullptr, WNOHANG) == 0) return true;
  process_ = -1;
  return false;
}

void BackgroundProcess::stop(std::chrono::milliseconds grace) {
  if (!running()) return;
  kill(-process_, SIGTERM);
  for (const auto end = Clock::now() + grace; Clock::now() < end;) {
    if (!running()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(-process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

pid_t BackgroundProcess::release() {
  const pid_t process = process_;
  process_ = -1;
  return process;
}

}  // namespace lucie::base
