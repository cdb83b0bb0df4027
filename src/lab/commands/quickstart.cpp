#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/paths.hpp"
#include "cli/table.hpp"
#include "lab/commands/commands.hpp"
#include "lab/commands/stage_display.hpp"
#include "lab/interrupt.hpp"
#include "lab/quickstart/journey.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

class Quickstart : public cli::Command {
 public:
  std::string name() const override { return "quickstart"; }
  std::string summary() const override { return "the main job: from the source of LMPs to installed nodes"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.required_option("--source", source_, "DIR", "Lucie's source tree");
    arguments.required_option("--build", build_, "DIR", "the folder in which it is built");
    arguments.option("--cluster", definitions_, "FILE", "definitions (default: the source's example)");
    arguments.flag("--keep", keep_, "leave the lab running at the end");
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  struct Walked {
    std::string title, outcome;
    std::chrono::duration<double> time;
  };
  ExitStatus walk(cli::Terminal& terminal, const std::function<void()>& before_keeping);
  void summarize(cli::Terminal& terminal, const Journey& journey, const std::vector<Walked>& walked) const;
  JourneyOptions options() const;

  std::string source_, build_, definitions_;
  bool keep_ = false;
};

JourneyOptions Quickstart::options() const {
  const fs::path source = fs::canonical(source_);
  return {
      .source = source,
      .build = fs::canonical(build_),
      .cache = base::Paths::from_environment().cache,
      .definitions = definitions_.empty() ? source / "data/example/lucie.conf" : fs::absolute(definitions_)};
}

void Quickstart::summarize(cli::Terminal& terminal, const Journey& journey,
                           const std::vector<Walked>& walked) const {
  std::vector<std::vector<std::string>> rows = {{"STAGE", "TIME", "OUTCOME"}};
  std::chrono::duration<double> whole{};
  for (const Walked& stage : walked) {
    rows.push_back({stage.title, base::format_duration(stage.time), stage.outcome});
    whole += stage.time;
  }
  rows.push_back({"in all", base::format_duration(whole), ""});
  std::string text = "\n" + cli::render_table(rows) + "\n";
  for (const wire::NodeStatus& node : journey.installed) {
    text += fmt::format("{} {}", node.name, to_string(node.state));
    if (node.seconds >= 0) text += fmt::format(" {:.0f} s", node.seconds);
    text += "\n";
  }
  text += fmt::format("\nlogs: {}\n", journey.logs().string());
  if (keep_) {
    text +=
        "The lab keeps running. Look into it with\n"
        "  lucie-lab exec -- lucie status      lucie-lab exec -- ssh NODE      lucie-lab console NODE\n"
        "and end it with\n  lucie-lab down\n";
    text += fmt::format("(here lucie-lab is {})\n", journey.program("lab", "lucie-lab").string());
  }
  terminal.print(text);
}

ExitStatus Quickstart::walk(cli::Terminal& terminal, const std::function<void()>& before_keeping) {
  catch_interrupts();
  const auto stages = all_stages();
  std::vector<Walked> walked;
  StageDisplay display(terminal, static_cast<int>(stages.size()));
  Journey journey(options(), display);
  for (const Stage& stage : stages) {
    display.begin(static_cast<int>(walked.size()) + 1, stage.title);
    journey.begin(fmt::format("{:02}-{}", walked.size() + 1, stage.name));
    const base::Stopwatch watch;
    try {
      walked.push_back({stage.title, stage.run(journey), {}});
      stop_if_interrupted();
    } catch (...) {
      display.failed();
      journey.save_logs();
      terminal.note(fmt::format("logs: {}", journey.logs().string()));
      throw;
    }
    walked.back().time = watch.elapsed();
    display.done(walked.back().outcome);
  }
  journey.save_logs();
  summarize(terminal, journey, walked);
  if (!keep_) return ExitStatus::success;
  before_keeping();
  while (journey.lab->running() && !interrupted())
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return ExitStatus::success;
}

/// With --keep a child walks; when it has arrived we return and it stays behind with the lab. Until then it
/// dies with us.
ExitStatus Quickstart::run(cli::Terminal& terminal) {
  if (geteuid() != 0) throw EnvironmentError("quickstart needs root").hint("run it with sudo");
  if (!keep_) return walk(terminal, [] {});
  int arrived[2];
  if (pipe2(arrived, O_CLOEXEC) != 0) throw_errno("pipe");
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw_errno("fork");
  if (child == 0) {
    close(arrived[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(3);
    return walk(terminal, [&] {
      prctl(PR_SET_PDEATHSIG, 0);
      setsid();
      const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
      for (const int stream : {0, 1, 2}) dup2(nothing, stream);
      [[maybe_unused]] const ssize_t told = write(arrived[1], "!", 1);
      close(arrived[1]);
    });
  }
  close(arrived[1]);
  catch_interrupts();  // the child gets Ctrl-C, too, and ends in order
  char sign = 0;
  while (read(arrived[0], &sign, 1) < 0 && errno == EINTR) {
    kill(child, SIGTERM);
  }
  if (sign == '!') return ExitStatus::success;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? static_cast<ExitStatus>(WEXITSTATUS(status)) : ExitStatus::environment;
}

}  // namespace

std::unique_ptr<cli::Command> make_quickstart_command() {
  return std::make_unique<Quickstart>();
}

}  // namespace lucie::lab
