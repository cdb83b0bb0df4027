#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <sys/klog.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "installer/modules/modules.hpp"
#include "installer/mounts.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// Kernel messages below "error" would run through what the modules tell on the console.
void calm_console() {
  constexpr int set_console_level = 8;
  klogctl(set_console_level, nullptr, 4);
}

/// Sets the clock to the server's time plus what has passed since the slice was asked for, when it is wrong
/// by more than two seconds. Time stamps of the installed files and the validity of signatures depend on it.
void set_clock(const ModuleContext& context) {
  const char* keep = std::getenv("LUCIE_KEEP_CLOCK");
  const fs::path noted = context.run / "server-clock";
  if (keep != nullptr || !fs::exists(noted)) return;
  const auto words = base::split_words(base::read_file(noted));
  if (words.size() != 2) throw EnvironmentError(noted.string() + " is damaged");
  timespec since_boot{}, here{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  clock_gettime(CLOCK_REALTIME, &here);
  const timespec right{
      .tv_sec = std::atoll(words[0].c_str()) + since_boot.tv_sec - std::atoll(words[1].c_str()),
      .tv_nsec = 0};
  const auto wrong = here.tv_sec - right.tv_sec;
  if (std::abs(wrong) <= 2) return;
  if (clock_settime(CLOCK_REALTIME, &right) != 0) {
    context.reporter.warning(fmt::format("the clock is wrong by {} s and cannot be set", wrong));
  } else {
    context.reporter.note(fmt::format("the clock was wrong by {} s", wrong));
  }
}

void set_host_name(const ModuleContext& context) {
  const std::string& host = context.slice.host;
  if (sethostname(host.c_str(), host.size()) != 0)
    context.reporter.warning("cannot set the host name to " + host);
}

void init(ModuleContext& context) {
  calm_console();
  set_clock(context);
  set_host_name(context);
  // An earlier run of the installer may have left the target mounted, which would make the disk busy.
  end_processes_below(context.target);
  unmount_below(context.target);
  fs::create_directories(context.target);
  context.reporter.note(fmt::format("{} ({}), installer '{}', target {}", context.slice.host,
                                    context.slice.address, context.slice.installer, context.slice.target));
}

}  // namespace

const ShippedModule init_module = {
    .name = "init",
    .description = R"({"version":1,"summary":"set console, clock and host name of the installer",)"
                   R"("needs":[],"produces":["environment"],"weight":0.5,"timeout":60})",
    .run = init};

}  // namespace lucie::installer
