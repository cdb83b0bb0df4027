#include "installer/installation.hpp"

#include <ctime>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/process.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// Notes the server's time together with this machine's time since boot, which nobody sets, so that the clock
/// can be set right later (and again).
void note_server_clock(const Session& session, const wire::Slice& slice) {
  timespec since_boot{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const auto server_time = std::chrono::system_clock::to_time_t(base::parse_time(slice.server_time));
  base::write_file(session.run / "server-clock", fmt::format("{} {}\n", server_time, since_boot.tv_sec));
}

/// What LMPs and the administrator bring, unpacked into RUN/modules in place of what was there.
void store_modules(const Session& session, const std::string& archive) {
  const fs::path folder = session.run / "modules";
  fs::remove_all(folder);
  fs::create_directories(folder);
  if (archive.empty()) return;
  base::run_or_throw(
      {.argv = {"tar", "-x", "--no-same-owner", "-f", "-", "-C", folder.string()}, .input = archive});
}

}  // namespace

void fetch_slice(const Session& session, const Server& server, std::chrono::seconds patience,
                 base::Reporter& reporter) {
  const std::string text = server.get_patiently("/slice", patience, reporter);
  fs::create_directories(session.run);
  base::write_file(session.slice_file(), text, 0600);
  if (const wire::Slice slice = wire::slice_from_json(text); !slice.server_time.empty())
    note_server_clock(session, slice);
  store_modules(session, server.get_patiently("/modules.tar", patience, reporter));
}

wire::Slice read_slice(const Session& session) {
  if (!fs::exists(session.slice_file())) {
    throw Error(fmt::format("there is no slice {}", session.slice_file().string()))
        .hint("run lucie-installer without --local, so that it asks the server");
  }
  try {
    return wire::slice_from_json(base::read_file(session.slice_file()));
  } catch (Error& error) {
    throw error.context("reading " + session.slice_file().string());
  }
}

Plan make_plan(const Session& session, const wire::Slice& slice) {
  std::vector<Fault> faults;
  Plan plan;
  plan.modules = find_modules(slice.modules, session.module_folders, faults);
  describe_modules(plan.modules, session.environment(), faults);
  if (!faults.empty()) throw FaultsError(std::move(faults));
  plan.order = order_modules(plan.modules, faults);
  if (!faults.empty()) throw FaultsError(std::move(faults));
  for (Module& module : plan.modules) {
    if (const auto limit = slice.timeouts.find(module.name); limit != slice.timeouts.end())
      module.description.time_limit = std::chrono::seconds(limit->second);
    if (const auto retries = slice.retries.find(module.name); retries != slice.retries.end())
      module.description.retries = retries->second;
  }
  return plan;
}

std::string describe(const Plan& plan) {
  std::string text;
  for (std::size_t index = 0; index < plan.modules.size(); ++index) {
    std::vector<std::string> names;
    for (std::size_t other : plan.order[index]) names.push_back(plan.modules[other].name);
    text += fmt::format("{}{}{}\n", plan.modules[index].name, names.empty() ? "" : " after ",
                        fmt::join(names, ", "));
  }
  return text;
}

}  // namespace lucie::installer
