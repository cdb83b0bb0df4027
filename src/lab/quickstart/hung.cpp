#include "lab/quickstart/hung.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include "base/files.hpp"
#include "lab/console.hpp"
#include "lab/power.hpp"

namespace lucie::lab {
namespace {

/// A busy machine takes a second between two lines, not a minute.
constexpr std::chrono::seconds k_silence{60};
/// What a kernel says later may be its last word for hours.
constexpr double k_early_seconds = 20;

}  // namespace

bool is_of_a_start(std::string_view line) {
  if (line.starts_with("Loading ") || line.starts_with("Booting ")) return true;
  if (!line.starts_with("[ ") && !line.starts_with("[1")) return false;
  const std::string number(line.substr(1, line.find(']') - 1));
  char* end = nullptr;
  const double seconds = std::strtod(number.c_str(), &end);
  return end != number.c_str() && *end == '\0' && seconds < k_early_seconds;
}

void HungMachines::look_at(const std::string& node) {
  const Machine* machine = journey_.server().plan().machine(node);
  const auto log = journey_.server().plan().console_log(node);
  std::error_code fault;
  const auto size = std::filesystem::file_size(log, fault);
  if (machine == nullptr || fault) return;
  const auto now = std::chrono::steady_clock::now();
  Seen& seen = seen_[node];
  if (seen.size != size) {
    seen = {size, now};
    return;
  }
  if (now - seen.since < k_silence || !is_of_a_start(last_console_line(base::read_file(log)))) return;
  journey_.reporter.warning(fmt::format("{} stopped while its kernel started: switched off and on", node));
  power_off(journey_.server(), *machine);
  power_on(journey_.server(), *machine);
  seen = {size, now};
}

}  // namespace lucie::lab
