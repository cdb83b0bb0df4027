#include <algorithm>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "setup/service.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// When a process started, in ticks since boot (proc(5), field 22 of stat): with its number, its identity.
/// Empty when there is no such process, or only its remains (a zombie).
std::string start_time(const std::string& process) {
  try {
    const std::string text = base::read_file("/proc/" + process + "/stat");
    const auto fields = base::split_words(std::string_view(text).substr(text.rfind(')') + 1));
    return fields.size() > 19 && fields[0] != "Z" ? fields[19] : "";
  } catch (const EnvironmentError&) {
    return {};
  }
}

class ProcessBackend : public ServiceBackend {
 public:
  ProcessBackend(fs::path run, fs::path log) : run_(std::move(run)), log_(std::move(log)) {}

  bool running(const Service& service) override { return process_of(service) > 0; }

  void restart(const Service& service) override {
    stop(service);
    fs::create_directories(run_);
    fs::create_directories(log_);
    base::BackgroundProcess process({.argv = service.command}, log_file(service), true);
    const std::string number = std::to_string(process.process());
    base::write_file(pid_file(service), number + " " + start_time(number) + "\n");
    process.release();
  }

  void reload(const Service& service) override {
    const pid_t process = process_of(service);
    if (process <= 0 || !service.hangup_reloads) return restart(service);
    kill(process, SIGHUP);
  }

  std::string last_words(const Service& service) override {
    try {
      const std::string text = base::read_file(log_file(service));
      auto lines = base::split(base::trim(text), '\n');
      lines.erase(lines.begin(), lines.end() - std::min<std::ptrdiff_t>(std::ssize(lines), 8));
      return base::join(lines, "\n");
    } catch (const EnvironmentError&) {
      return {};
    }
  }

 private:
  fs::path pid_file(const Service& service) const { return run_ / (service.name + ".pid"); }
  fs::path log_file(const Service& service) const { return log_ / (service.name + ".log"); }

  /// The process that we started, or 0: a number that another process got meanwhile is not it.
  pid_t process_of(const Service& service) const {
    if (!fs::exists(pid_file(service))) return 0;
    const auto words = base::split_words(base::read_file(pid_file(service)));
    if (words.size() != 2 || start_time(words[0]) != words[1]) return 0;
    return static_cast<pid_t>(std::stol(words[0]));
  }

  void stop(const Service& service) const {
    using namespace std::chrono_literals;
    const auto begin = std::chrono::steady_clock::now();
    bool killed = false;
    for (pid_t process = process_of(service); process > 0; process = process_of(service)) {
      if (std::chrono::steady_clock::now() - begin > 10s && !killed) {
        kill(process, SIGKILL);
        killed = true;
      } else if (!killed) {
        kill(process, SIGTERM);
      }
      std::this_thread::sleep_for(50ms);
    }
    std::error_code ignored;
    fs::remove(pid_file(service), ignored);
  }

  fs::path run_, log_;
};

}  // namespace

std::unique_ptr<ServiceBackend> process_backend(const fs::path& run, const fs::path& log) {
  return std::make_unique<ProcessBackend>(run, log);
}

}  // namespace lucie::setup
