#include "setup/commands/session.hpp"

#include <atomic>
#include <csignal>
#include <unistd.h>

#include "base/error.hpp"
#include "setup/deploy.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

std::atomic<bool> interrupted = false;

void interrupt(int) {
  interrupted = true;
}

/// What a killed session left: folders that it was still filling.
void remove_leftovers(const base::Paths& paths) {
  std::error_code error;
  for (const char* part : {"exports/nfsroot", "boot", "lmp", "pool", "root"}) {
    const fs::path folder = paths.state / part;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().filename().string().starts_with(".")) fs::remove_all(entry.path(), error);
    }
  }
}

}  // namespace

Session::Session(const base::Paths& paths, cli::Terminal& terminal) : paths_(paths) {
  if (geteuid() != 0) throw EnvironmentError("only root may change the server").hint("use sudo");
  fs::create_directories(paths.state);
  lock_ = std::make_unique<base::FileLock>(paths.state / "apply.lock", [&terminal] {
    terminal.note("waiting for another lucie-setup that changes this server");
  });
  remove_leftovers(paths);
}

std::unique_ptr<ServiceBackend> Session::services() const {
  return own_backend(paths_.run, log_folder(paths_));
}

std::function<bool()> Session::cancelled() const {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, interrupt);
  return [] { return interrupted.load(); };
}

Inputs read_inputs_or_throw(const base::Paths& paths, cli::Terminal& terminal, bool on_server) {
  Inputs inputs = read_inputs(paths, terminal.definitions_or_default(), on_server);
  if (!inputs.warnings.empty()) terminal.faults(inputs.warnings, "warning");
  inputs.warnings.clear();
  if (!inputs.faults.empty()) throw FaultsError(std::move(inputs.faults));
  return inputs;
}

}  // namespace lucie::setup
