#include <csignal>
#include <fmt/format.h>
#include <pthread.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/program.hpp"
#include "daemon/admin.hpp"
#include "daemon/agent_listener.hpp"
#include "daemon/daemon.hpp"
#include "daemon/routes.hpp"
#include "wire/sealed.hpp"

namespace lucie::daemon {
namespace {

/// lucied has one command: serve until it is told to end.
class Serve : public cli::Command {
 public:
  std::string name() const override { return {}; }
  std::string summary() const override { return {}; }
  void arguments(cli::Arguments& arguments) override;
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  std::string listen_ = "0.0.0.0";
  int port_ = 8080;
  int agent_port_ = wire::agent_port;
};

void Serve::arguments(cli::Arguments& arguments) {
  arguments.option("--listen", listen_, "ADDRESS", "IPv4 address that nodes reach");
  arguments.option("--port", port_, "PORT", "TCP port that nodes reach; 0: any free one");
  arguments.option("--agent-port", agent_port_, "PORT", "UDP port that nodes' agents reach");
}

/// Signals are waited for by one thread; the servers' threads inherit the mask.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Until SIGTERM or SIGINT; SIGHUP reads the compiled cluster again.
void wait_for_end(Daemon& daemon, const sigset_t& signals) {
  for (;;) {
    int number = 0;
    if (sigwait(&signals, &number) != 0 || number != SIGHUP) return;
    try {
      daemon.reload();
    } catch (const Error& error) {
      daemon.log(fmt::format("error: reload: {}", error.what()));
    }
  }
}

/// One lucied at a time: two would tell nodes different tokens.
base::FileLock lock_of(const base::Paths& paths) {
  std::error_code fault;
  std::filesystem::create_directories(paths.run, fault);
  if (fault) throw EnvironmentError(fmt::format("make {}: {}", paths.run.string(), fault.message()));
  return base::FileLock(paths.run / "lucied.lock",
                        [] { throw EnvironmentError("another lucied is running"); });
}

/// Installing nodes matters more than hearing of their agents: without that port lucied serves all the same.
std::unique_ptr<AgentListener> listen_to_agents(Daemon& daemon, std::uint16_t port) {
  try {
    return std::make_unique<AgentListener>(daemon, port);
  } catch (const Error& error) {
    daemon.log(fmt::format("error: {}: agents of nodes are not heard", error.what()));
    return nullptr;
  }
}

ExitStatus Serve::run(cli::Terminal& terminal) {
  for (const int port : {port_, agent_port_})
    if (port < 0 || port > 65535) throw UsageError(fmt::format("{} is not a port", port));
  const auto log = [&](const std::string& text) {
    terminal.note(base::format_time(std::chrono::system_clock::now()) + " " + base::escape_control(text));
  };
  const sigset_t signals = block_signals();
  const base::Paths paths = base::Paths::from_environment();
  const base::FileLock lock = lock_of(paths);
  Daemon daemon(paths, log);
  daemon.port = static_cast<std::uint16_t>(port_);
  const auto agents = listen_to_agents(daemon, static_cast<std::uint16_t>(agent_port_));
  NodeRoutes nodes(daemon);
  AdminRoutes admin(daemon);
  const net::Server node_server(
      {.address = listen_, .port = daemon.port}, [&](const auto& request) { return nodes.handle(request); },
      log);
  daemon.port = node_server.port();
  daemon.listen = fmt::format("{}:{}", listen_, node_server.port());
  const net::Server admin_server(
      {.unix_socket = paths.run / "lucied.sock", .thread_per_connection = true},
      [&](const auto& request) { return admin.handle(request); }, log);
  log("listening on " + daemon.listen);
  wait_for_end(daemon, signals);
  log("ending");
  daemon.store.close();
  std::error_code ignored;
  std::filesystem::remove(paths.run / "lucied.sock", ignored);
  return ExitStatus::success;
}

}  // namespace
}  // namespace lucie::daemon

int main(int argc, char** argv) {
  lucie::cli::Program program{
      .name = "lucied",
      .summary = "Serves boot scripts, slices and files to nodes and keeps their states",
      .commands = {},
      .takes_definitions = false};
  program.commands.push_back(std::make_unique<lucie::daemon::Serve>());
  return lucie::cli::run_program(std::move(program), argc, argv);
}
