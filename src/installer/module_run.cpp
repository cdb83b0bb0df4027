#include "installer/module_run.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// At most the last `count` lines that are not blank, as printable UTF-8.
std::string last_lines(const std::string& text, std::size_t count) {
  std::vector<std::string> lines;
  for (const std::string& line : base::split(text, '\n')) {
    const bool shown = !base::trim(line).empty() && !read_progress_line(line);
    if (shown) lines.push_back(base::is_utf8(line) ? base::escape_control(line) : "(not UTF-8)");
  }
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return base::join(lines, "\n");
}

std::string explain(const std::string& name, const base::Outcome& outcome) {
  const std::string lines = last_lines(outcome.error.empty() ? outcome.output : outcome.error, 12);
  return fmt::format("{}: {}{}{}", name, outcome.describe(), lines.empty() ? "" : "\n", lines);
}

/// Ends every process that has the mark of a run in its environment. A module's children make process groups
/// of their own, so its group is not enough.
void end_leftovers(const std::string& mark) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string environment((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (environment.find(mark) != std::string::npos) kill(std::atoi(name.c_str()), SIGKILL);
  }
}

/// One try of a module: its programs one after another under one mark and one time limit.
class Try {
 public:
  Try(const Module& module, const Session& session, const std::function<void(std::string_view line)>& on_line,
      const std::function<void(const ProgressLine&)>& on_progress)
      : session_(session),
        on_line_(on_line),
        on_progress_(on_progress),
        end_(Clock::now() + module.description.time_limit),
        environment_(session.environment()) {
    environment_["LUCIE_MODULE"] = module.name;
    environment_["LUCIE_MODULE_RUN"] = mark_;
    fs::create_directories(session.log_folder());
    log_.open(session.log_folder() / module.name, std::ios::app);
  }

  /// False, with `why()`, when it did not succeed.
  bool run(const fs::path& program) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
    try {
      const base::Outcome outcome = base::run({.argv = {program.string()},
                                               .environment = environment_,
                                               .directory = session_.run,
                                               .time_limit = std::max(left, std::chrono::milliseconds(1)),
                                               .on_line = [this](std::string_view line) { receive(line); }});
      if (outcome.success()) return true;
      why_ = explain(program.filename(), outcome);
    } catch (const Error& error) {
      why_ = error.what();
    }
    receive(why_.substr(0, why_.find('\n')));
    end_leftovers("LUCIE_MODULE_RUN=" + mark_);
    return false;
  }

  const std::string& why() const { return why_; }

 private:
  void receive(std::string_view line) {
    if (const auto progress = read_progress_line(line)) return on_progress_(*progress);
    log_ << line << std::endl;
    on_line_(line);
  }

  const Session& session_;
  const std::function<void(std::string_view line)>& on_line_;
  const std::function<void(const ProgressLine&)>& on_progress_;
  Clock::time_point end_;
  std::map<std::string, std::string> environment_;
  std::string mark_ = base::random_hex(8), why_;
  std::ofstream log_;
};

}  // namespace

std::optional<ProgressLine> read_progress_line(std::string_view line) {
  constexpr std::string_view start = "::progress ";
  if (!line.starts_with(start)) return {};
  const std::string rest(line.substr(start.size()));
  char* end = nullptr;
  const double fraction = std::strtod(rest.c_str(), &end);
  if (end == rest.c_str() || !(fraction >= 0 && fraction <= 1)) return {};
  return ProgressLine{fraction, std::string(base::trim(end))};
}

std::optional<std::string> run_module(const Module& module, const Session& session,
                                      const std::function<void(std::string_view line)>& on_line,
                                      const std::function<void(const ProgressLine&)>& on_progress) {
  Try attempt(module, session, on_line, on_progress);
  std::vector<fs::path> programs = module.before;
  programs.push_back(module.program);
  programs.insert(programs.end(), module.after.begin(), module.after.end());
  for (const fs::path& program : programs) {
    if (!attempt.run(program)) return attempt.why();
  }
  return {};
}

}  // namespace lucie::installer
