#include "lab/quickstart/journey.hpp"

#include <fmt/format.h>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/contained.hpp"
#include "lab/interrupt.hpp"
#include "lab/provision.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

fs::path made(const fs::path& folder) {
  fs::create_directories(folder);
  return folder;
}

/// The last lines of what a program said.
std::string last_words(const base::Outcome& outcome) {
  auto lines = base::split(base::trim(outcome.error.empty() ? outcome.output : outcome.error), '\n');
  if (lines.size() > 15) lines.erase(lines.begin(), lines.end() - 15);
  return base::join(lines, "\n");
}

}  // namespace

Journey::Journey(JourneyOptions given, base::Reporter& shown)
    : options(std::move(given)),
      reporter(shown),
      cluster(read_definitions(options.definitions)),
      cache_lock_(made(options.cache / "lab") / "journey.lock",
                  [&] { shown.note("waiting for another quickstart that uses the same cache"); }),
      temporary_("lucie-quickstart-") {
  fs::remove_all(logs());
  fs::create_directories(logs());
}

Journey::~Journey() = default;

fs::path Journey::program(const std::string& room, const std::string& name) const {
  return options.build / "src" / room / name;
}

std::map<std::string, std::string> Journey::environment() const {
  return {{"LUCIE_CACHE", options.cache},
          {"LUCIE_ETC", made(folder() / "etc")},
          {"LUCIE_STATE", made(folder() / "state")},
          {"LUCIE_RUN", made(folder() / "run")},
          {"LUCIE_NODE", folder() / "node"},
          {"LUCIE_LMPS", options.source / "lmps"},
          {"GNUPGHOME", folder() / "gpg"}};
}

const Server& Journey::server() const {
  return lab.value().server();
}

base::Outcome Journey::run_logged(base::Command command) {
  const fs::path file = logs() / (stage_ + ".log");
  std::ofstream log(file, std::ios::app);
  log << "$ " << base::join(command.argv, " ") << std::endl;
  const auto also = command.on_line;
  command.on_line = [&](std::string_view line) {
    log << line << std::endl;
    if (!base::trim(line).empty()) reporter.progress(std::string(line), -1);
    if (also) also(line);
  };
  const auto also_cancelled = command.cancelled;
  command.cancelled = [&] { return interrupted() || (also_cancelled && also_cancelled()); };
  base::Outcome outcome = base::run(command);
  log << "[" << outcome.describe() << "]" << std::endl;
  stop_if_interrupted();
  return outcome;
}

std::string Journey::succeed(const std::string& program, const base::Outcome& outcome) const {
  if (outcome.success()) return outcome.output;
  EnvironmentError error(fmt::format("{} failed ({}):\n{}", fs::path(program).filename().string(),
                                     outcome.describe(), last_words(outcome)));
  error.hint(fmt::format("the whole log: {}", (logs() / (stage_ + ".log")).string()));
  throw error;
}

std::string Journey::run(base::Command command) {
  const std::string program = command.argv.front();
  command.environment.try_emplace("TMPDIR", made(folder() / "tmp"));
  command.argv = contained(command.argv);
  return succeed(program, run_logged(std::move(command)));
}

base::Outcome Journey::try_in_server(base::Command command) {
  command.argv = server().enter(command.argv, command.environment);
  command.environment.clear();
  return run_logged(std::move(command));
}

std::string Journey::run_in_server(base::Command command) {
  const std::string program = command.argv.front();
  return succeed(program, try_in_server(std::move(command)));
}

void Journey::save_logs() const noexcept {
  if (!lab || !lab->server().plan().state.has_parent_path()) return;
  try {
    const Plan& plan = lab->server().plan();
    fs::copy(plan.state / "log", logs(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    server().copy_out("/var/lib/lucie/logs", logs() / "nodes");
    server().copy_out("/run/lucie", logs() / "server");
  } catch (const std::exception&) {  // the lab may be what failed
  }
}

std::vector<Stage> all_stages() {
  return {
      {"packages", "Lucie's own packages", build_packages},
      {"fetch", "indices and packages of the distribution", fetch},
      {"root", "clean root for the server", make_clean_root},
      {"lmp-build", "lmp build", build_lmps},
      {"lmp-publish", "lmp publish", publish_lmps},
      {"lab", "Lucie server in the lab", start_lab},
      {"apt", "apt-get install of the LMPs", install_lmps},
      {"conflict", "LMPs that exclude each other", show_conflict},
      {"need", "an LMP that needs another", show_need},
      {"question", "an LMP that asks", ask_question},
      {"check", "lucie-setup check", check_cluster},
      {"lock", "lucie-setup lock", lock_packages},
      {"plan", "lucie-setup plan", plan_changes},
      {"apply", "lucie-setup apply", apply_changes},
      {"install", "nodes install themselves over the network", install_nodes},
      {"inspect", "what is on the nodes", inspect_nodes},
      {"data", "a dataset that went round by Dolly+", show_datasets},
      {"modules", "modules that are not Lucie's own", show_modules},
      {"watch", "a daemon that stops", watch_nodes},
      {"repair", "a spoiled node is repaired", repair_node},
  };
}

}  // namespace lucie::lab
