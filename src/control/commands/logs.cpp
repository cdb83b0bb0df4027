#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/table.hpp"
#include "control/commands/commands.hpp"

namespace lucie::control {
namespace {

class Logs : public cli::Command {
 public:
  std::string name() const override { return "logs"; }
  std::string summary() const override { return "list a node's logs, or show that of one module"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NODE", node_, "the node");
    arguments.optional_positional("MODULE", module_, "the module; without it the logs are listed");
    arguments.flag("-f,--follow", follow_, "go on as the log grows");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override;
  std::vector<std::string> complete(const std::vector<std::string>& words) const override;

 private:
  void list(cli::Terminal& terminal, const Client& client) const;

  std::string node_, module_;
  bool follow_ = false;
};

void Logs::list(cli::Terminal& terminal, const Client& client) const {
  if (terminal.json()) return terminal.print(client.logs_json(node_) + "\n");
  std::vector<std::vector<std::string>> rows = {{"MODULE", "SIZE", "WRITTEN"}};
  for (const Client::Log& log : client.logs(node_))
    rows.push_back({log.module, base::human_size(log.size), log.modified});
  if (rows.size() == 1) {
    terminal.note(fmt::format("node '{}' has no logs", node_));
  } else {
    terminal.print(cli::render_table(rows));
  }
}

ExitStatus Logs::run(cli::Terminal& terminal) {
  const Client client = own_client();
  if (module_.empty() && follow_) throw UsageError("--follow needs a MODULE");
  if (!module_.empty() && terminal.json()) throw UsageError("--json is for the list of logs; a log is text");
  if (module_.empty()) {
    list(terminal, client);
    return ExitStatus::success;
  }
  std::uint64_t shown = 0;
  do {
    const std::string text = client.log(node_, module_, shown);
    shown += text.size();
    // A log comes from a node: it must not drive the administrator's terminal.
    if (!text.empty()) terminal.print(base::escape_control(text, "\n\t"));
    if (follow_) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  } while (follow_);
  return ExitStatus::success;
}

std::vector<std::string> Logs::complete(const std::vector<std::string>& words) const {
  if (words.empty()) return node_names();
  std::vector<std::string> modules;
  try {
    for (const Client::Log& log : own_client().logs(words.front())) modules.push_back(log.module);
  } catch (const Error&) {  // a completion must not complain
  }
  return modules;
}

}  // namespace

std::unique_ptr<cli::Command> make_logs_command() {
  return std::make_unique<Logs>();
}

}  // namespace lucie::control
