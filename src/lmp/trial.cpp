#include "lmp/trial.hpp"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/fill.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

constexpr auto settling_time = 60s;
/// Before the status of what ran on the node: without it, nothing ran there.
constexpr std::string_view status_mark = "lucie-trial-status ";
constexpr const char* own_names[] = {"lucie-server", "lucie-lmp", "lucie-dolly"};

/// The last lines of a text, for a message.
std::string end_of(const std::string& text) {
  const std::string all(base::trim(text));
  std::size_t start = all.size();
  for (int line = 0; line < 15 && start != std::string::npos && start > 0; ++line)
    start = all.rfind('\n', start - 1);
  return start == std::string::npos ? all : all.substr(start + 1);
}

std::vector<fs::path> debs_in(const fs::path& folder) {
  std::vector<fs::path> debs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".deb") debs.push_back(entry.path());
  }
  return debs;
}

/// Lucie's node programs are in it.
fs::path server_package(const fs::path& folder) {
  std::error_code missing;
  if (fs::is_directory(folder, missing)) {
    for (const fs::path& deb : debs_in(folder)) {
      if (deb.filename().string().starts_with("lucie-server_")) return deb;
    }
  }
  throw EnvironmentError(fmt::format("{} does not hold the package lucie-server", folder.string()))
      .hint("packaging/build-debs BUILD OUT makes Lucie's own packages");
}

}  // namespace

/// What a trial has on this machine.
struct Trial::Lab {
  base::TemporaryDirectory folder{"lucie-trial-"};
  base::Paths paths = base::Paths::from_environment();
  fs::path program = paths.program("lucie-lab", "lab");
  std::unique_ptr<base::BackgroundProcess> keeper;

  std::map<std::string, std::string> environment() const { return {{"LUCIE_LAB", folder.path() / "lab"}}; }
  fs::path definitions() const { return folder.path() / "etc/lucie.conf"; }
  fs::path log() const { return folder.path() / "log"; }
};

Trial::Trial(TrialOptions options, base::Reporter& reporter)
    : options_(std::move(options)), reporter_(reporter), lab_(std::make_unique<Lab>()) {
  fs::create_directories(lab_->folder.path() / "etc/lab.d");
  const fs::path templates = lab_->paths.templates / "trial";
  base::write_file(lab_->definitions(), base::fill(base::read_file(templates / "lucie.conf.in"),
                                                   {{"services", base::join(options_.services, ", ")},
                                                    {"kind", options_.machine ? "machine" : "namespace"}}));
  fs::copy_file(templates / "access.conf", lab_->folder.path() / "etc/lab.d/access.conf");

  fs::path own_packages = options_.own_packages;
  if (own_packages.empty()) {
    own_packages = lab_->folder.path() / "own";
    fs::create_directories(own_packages);
    reporter_.progress("fetching Lucie's own packages", -1);
    std::vector<std::string> fetch = {"apt-get", "-qq", "download"};
    fetch.insert(fetch.end(), std::begin(own_names), std::end(own_names));
    const base::Outcome outcome =
        base::run({.argv = fetch, .directory = own_packages, .cancelled = options_.cancelled});
    if (!outcome.success()) {
      throw EnvironmentError(
          fmt::format("apt-get cannot fetch Lucie's own packages: {}", end_of(outcome.error)))
          .hint("--debs DIR names a folder that has them; packaging/build-debs makes them");
    }
  }
  lock_packages(own_packages);
  make_lab(own_packages);
  install_node();
}

Trial::~Trial() = default;

/// The lab reaches no network: what its server will lock must lie in the cache, where the same lock, made
/// here, puts it.
void Trial::lock_packages(const fs::path& own_packages) {
  reporter_.progress("fetching the node's packages", -1);
  const fs::path root = lab_->folder.path() / "root";
  std::vector<fs::path> debs = debs_in(options_.lmp_packages);
  debs.push_back(server_package(own_packages));
  for (const fs::path& deb : debs) base::run_or_throw({.argv = {"dpkg-deb", "-x", deb, root}});
  const fs::path share = root / "usr/share/lucie", folder = lab_->folder.path();
  const base::Outcome outcome = base::run(
      {.argv = {lab_->paths.program("lucie-setup", "setup"), "-c", lab_->definitions(), "--quiet", "lock"},
       .environment = {{"LUCIE_ETC", folder / "etc"},
                       {"LUCIE_STATE", folder / "state"},
                       {"LUCIE_RUN", folder / "run"},
                       {"LUCIE_LMPS", share / "lmp"},
                       {"LUCIE_NODE", share / "node"}},
       .cancelled = options_.cancelled});
  if (!outcome.success())
    throw Error(fmt::format("the node's packages cannot be locked:\n{}", end_of(outcome.error)));
}

void Trial::make_lab(const fs::path& own_packages) {
  reporter_.progress("making a lab", -1);
  // A child that ends when we do, however that happens, and the lab with it.
  lab_->keeper = std::make_unique<base::BackgroundProcess>(
      base::Command{.argv = {lab_->program, "up", "--debs", own_packages, lab_->definitions()},
                    .environment = lab_->environment()},
      lab_->log());
  while (!fs::exists(lab_->folder.path() / "lab/provisioned")) {
    if (options_.cancelled && options_.cancelled()) throw EnvironmentError("interrupted");
    if (!lab_->keeper->running()) throw EnvironmentError(end_of(base::read_file(lab_->log())));
    std::this_thread::sleep_for(100ms);
  }
}

std::string Trial::in_server(const std::vector<std::string>& words, std::string input) {
  std::vector<std::string> argv = {lab_->program, "exec", "--"};
  argv.insert(argv.end(), words.begin(), words.end());
  const base::Outcome outcome = base::run({.argv = argv,
                                           .environment = lab_->environment(),
                                           .input = std::move(input),
                                           .cancelled = options_.cancelled});
  if (options_.cancelled && options_.cancelled()) throw EnvironmentError("interrupted");
  if (!outcome.success()) throw Error(end_of(outcome.output + outcome.error));
  return outcome.output;
}

void Trial::install_node() {
  reporter_.progress("installing the LMPs on the lab's server", -1);
  const std::string packages = base::run_or_throw({.argv = {"tar", "-C", options_.lmp_packages, "-c", "."}});
  in_server({"sh", "-c", "mkdir /srv/lmp && tar -C /srv/lmp -x && apt-get -qq -y install /srv/lmp/*.deb"},
            packages);
  in_server({"sh", "-c", "lucie-setup lock && lucie-setup apply"});
  reporter_.progress("installing the node", -1);
  in_server({"lucie", "install", "node"});
  base::run_or_throw({.argv = {lab_->program, "power", "node", "on"}, .environment = lab_->environment()});
  try {
    in_server({"lucie", "wait", "--booted", "--timeout", options_.time_limit, "node"});
  } catch (const EnvironmentError&) {
    throw;
  } catch (const Error& error) {
    const std::string log = in_server({"sh", "-c", "lucie logs node 2>&1 || true"});
    throw Error(fmt::format("{}\n{}", error.what(), end_of(log)));
  }
}

std::pair<int, std::string> Trial::on_node(const std::string& command) {
  std::vector<std::string> argv = {lab_->program, "exec"};
  const char* const machine[] = {
      "--", "ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "root@node"};
  const char* const namespaces[] = {"--node", "node", "--", "sh", "-c"};
  if (options_.machine)
    argv.insert(argv.end(), std::begin(machine), std::end(machine));
  else
    argv.insert(argv.end(), std::begin(namespaces), std::end(namespaces));
  argv.push_back(command + fmt::format(" 2>&1; status=$?; echo; echo \"{}$status\"", status_mark));
  const base::Outcome outcome = base::run(
      {.argv = argv, .environment = lab_->environment(), .time_limit = 60s, .cancelled = options_.cancelled});
  if (options_.cancelled && options_.cancelled()) throw EnvironmentError("interrupted");
  const auto mark = outcome.output.rfind(status_mark);
  if (mark == std::string::npos) {
    const std::string why = outcome.timed_out ? outcome.describe() : outcome.output + outcome.error;
    return {2, base::escape_control(base::trim(why))};
  }
  return {std::atoi(outcome.output.c_str() + mark + status_mark.size()),
          base::escape_control(base::trim(std::string_view(outcome.output).substr(0, mark)))};
}

AgentVerdict Trial::run_agent(const std::string& lmp, const std::string& agent) {
  reporter_.progress(fmt::format("running {}/{}", lmp, agent), -1);
  const std::string file = fmt::format("/usr/lib/lucie/agents/{}/{}", lmp, agent);
  const auto end = std::chrono::steady_clock::now() + settling_time;
  for (;;) {
    auto [status, text] = on_node(file);
    if (status < 2 || std::chrono::steady_clock::now() > end) return {lmp, agent, status, text};
    std::this_thread::sleep_for(1s);
  }
}

}  // namespace lucie::lmp
