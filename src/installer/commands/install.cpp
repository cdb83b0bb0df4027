#include "installer/commands/install.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "base/files.hpp"
#include "installer/installation.hpp"
#include "installer/mounts.hpp"
#include "installer/slice_value.hpp"
#include "installer/telling.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

Messenger::Post posting(const Server& server) {
  return [&server](const std::string& path, const std::string& body, const std::function<bool()>& cancelled) {
    try {
      return server.post(path, body, cancelled).status;
    } catch (const Error&) {
      return 0;
    }
  };
}

/// The installation from the slice on. Whatever goes wrong is told to the server before it goes on up.
class Installation {
 public:
  Installation(const Session& session, cli::Terminal& terminal)
      : session_(session),
        terminal_(terminal),
        server_(session.server, session.host, session.token),
        messenger_(posting(server_), [&](const std::string& text) { terminal.warning(text); }),
        telling_(messenger_, session.host, terminal, terminal.verbose()) {}

  const Server& server() const { return server_; }

  ExitStatus run(bool resume) {
    try {
      const wire::Slice slice = read_slice(session_);
      telling_.started(fmt::format("{} by installer '{}': {}", resume ? "resumed" : "started",
                                   slice.installer, fmt::join(slice.modules, " ")));
      const Plan plan = make_plan(session_, slice);
      Journal journal(session_.run / "journal.json", resume);
      return end(Runner(plan.modules, plan.order, session_, journal, telling_).run());
    } catch (const FaultsError& error) {
      fail(render_faults(error.faults()));
      throw;
    } catch (const std::exception& error) {  // a full memory or a file system's fault, too
      fail(error.what());
      throw;
    }
  }

 private:
  void fail(const std::string& why, const std::string& module = {}) {
    telling_.failed(why, module);
    messenger_.flush(std::chrono::seconds(30));
  }

  ExitStatus end(const std::vector<Failure>& failures) {
    if (failures.empty()) {
      telling_.finished();
      if (!messenger_.flush(std::chrono::minutes(10)))
        terminal_.warning("the server does not know that this node is installed: it may be installed again");
      return ExitStatus::success;
    }
    const Failure& first = failures.front();
    fail(fmt::format("module '{}' failed: {}", first.module, first.why), first.module);
    terminal_.note(fmt::format("the modules' logs are in {}; 'lucie-installer --resume' goes on with '{}'",
                               session_.log_folder().string(), first.module));
    return ExitStatus::input;
  }

  const Session& session_;
  cli::Terminal& terminal_;
  Server server_;
  Messenger messenger_;
  Telling telling_;
};

/// Leaves nothing unwritten and starts the machine anew.
[[noreturn]] void reboot_now(const Session& session) {
  unmount_below(session.target);
  sync();
  ::reboot(RB_AUTOBOOT);
  throw_errno("reboot");
}

}  // namespace

void InstallCommand::arguments(cli::Arguments& arguments) {
  arguments.flag("--resume", resume_, "go on behind the modules that are done");
  arguments.flag("--reboot", reboot_, "reboot when all modules have succeeded");
  arguments.flag("--local", local_, "use the slice and the modules that are here, ask no server for them");
  arguments.flag("--plan", plan_, "only show which module waits for which");
  arguments.option("--get", get_, "KEY", "only print a value of the slice, a list one value a line");
  arguments.option("--fetch", fetch_, "NAME", "only print what the server keeps for this node alone");
  arguments.option("--server", server_, "URL", "lucied (default: lucie.server= of the kernel command line)");
  arguments.option("--host", host_, "NAME", "this node's name (default: lucie.host=)");
  arguments.option("--token", token_, "TOKEN", "what proves it (default: lucie.token=)");
  arguments.option("--patience", patience_, "SECONDS",
                   "how long a server that does not answer is waited for");
}

Session InstallCommand::session() const {
  Session session = session_from(KernelCommandLine::of_this_machine());
  if (!server_.empty()) session.server = server_;
  if (!host_.empty()) session.host = host_;
  if (!token_.empty()) session.token = token_;
  return session;
}

ExitStatus InstallCommand::run(cli::Terminal& terminal) {
  const Session session = this->session();
  if (!get_.empty()) {
    for (const std::string& value : slice_value(base::read_file(session.slice_file()), get_))
      terminal.print(value + "\n");
    return ExitStatus::success;
  }
  if (session.server.empty() || session.host.empty())
    throw UsageError(
        "the kernel command line has no lucie.server= or no lucie.host=; say --server and --host");
  if (!fetch_.empty()) {
    terminal.print(Server(session.server, session.host, session.token)
                       .get_patiently("/" + fetch_, std::chrono::seconds(patience_), terminal));
    return ExitStatus::success;
  }
  if (geteuid() != 0) throw EnvironmentError("lucie-installer must run as root");
  fs::create_directories(session.run);
  fs::permissions(session.run, fs::perms::owner_all);
  Installation installation(session, terminal);
  if (!local_) fetch_slice(session, installation.server(), std::chrono::seconds(patience_), terminal);
  if (plan_) {
    terminal.print(describe(make_plan(session, read_slice(session))));
    return ExitStatus::success;
  }
  const ExitStatus status = installation.run(resume_);
  if (status == ExitStatus::success && reboot_) reboot_now(session);
  return status;
}

}  // namespace lucie::installer
