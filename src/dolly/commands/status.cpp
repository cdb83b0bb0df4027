#include "dolly/status.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "cli/table.hpp"
#include "dolly/commands/commands.hpp"
#include "dolly/recipients.hpp"
#include "dolly/sockets.hpp"
#include "dolly/tls.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t asked_at_once = 64;

/// What came of asking one node.
struct Answer {
  std::optional<NodeStatus> status;
  std::string why;  ///< there is none
};

std::vector<Answer> ask_all(Network& network, const std::vector<RingNode>& nodes, const std::string& key,
                            milliseconds limit) {
  std::vector<Answer> answers(nodes.size());
  const auto ask = [&](std::size_t node) {
    try {
      answers[node].status = ask_for_status(network, nodes[node], key, limit);
    } catch (const std::exception& fault) {
      answers[node].why = fault.what();
    }
  };
  for (std::size_t first = 0; first < nodes.size(); first += asked_at_once) {
    std::vector<Thread> asking;
    for (std::size_t node = first; node < std::min(first + asked_at_once, nodes.size()); ++node)
      asking.emplace_back([&ask, node] { ask(node); });
  }
  return answers;
}

ordered_json record_of(const RingNode& node, const Answer& answer) {
  ordered_json record = {{"node", node.name}, {"address", node.address}};
  if (answer.status) {
    record.update(ordered_json::parse(to_json(*answer.status)));
  } else {
    record.update({{"state", nullptr}, {"why", answer.why}});
  }
  return record;
}

std::string how_far(const NodeStatus& status) {
  if (status.transfer.empty()) return "";
  if (status.bytes == 0) return base::human_size(status.verified);
  return fmt::format("{} of {}", base::human_size(status.verified), base::human_size(status.bytes));
}

std::vector<std::string> row_of(const RingNode& node, const Answer& answer) {
  if (!answer.status) return {node.name, "no answer", "", "", "", base::escape_control(answer.why)};
  const NodeStatus& status = *answer.status;
  std::string files = base::join(status.files, ", ");
  if (!status.why.empty()) files += (files.empty() ? "" : ": ") + status.why;
  std::vector<std::string> row = {node.name, to_string(status.state), how_far(status), status.from, status.to,
                                  files};
  for (std::string& cell : row) cell = base::escape_control(cell);
  return row;
}

class StatusCommand : public cli::Command {
 public:
  std::string name() const override { return "status"; }
  std::string summary() const override { return "ask receivers what they do, and how far they are"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NODESET", nodes_, "the nodes, as for 'send --to'");
    arguments.option("--limit", limit_, "SECONDS", "how long to wait for an answer");
    ring_.declare(arguments);
    arguments.json();
  }

  ExitStatus run(cli::Terminal& terminal) override {
    if (limit_ < 1) throw UsageError("--limit is at least 1");
    const auto nodes = recipients(nodes_, terminal.definitions_or_default(), !terminal.definitions().empty(),
                                  ring_.checked_port());
    const std::string key = ring_.key();
    TcpNetwork plain;
    std::optional<TlsNetwork> encrypted;
    if (ring_.encrypt) encrypted.emplace(plain, key);
    const auto answers = ask_all(ring_.encrypt ? static_cast<Network&>(*encrypted) : plain, nodes, key,
                                 std::chrono::seconds(limit_));
    show(terminal, nodes, answers);
    const bool all = std::ranges::all_of(answers, [](const Answer& each) { return each.status.has_value(); });
    return all ? ExitStatus::success : ExitStatus::input;
  }

 private:
  static void show(cli::Terminal& terminal, const std::vector<RingNode>& nodes,
                   const std::vector<Answer>& answers) {
    ordered_json records = ordered_json::array();
    std::vector<std::vector<std::string>> rows = {{"NODE", "STATE", "VERIFIED", "FROM", "TO", "FILES"}};
    for (std::size_t node = 0; node < nodes.size(); ++node) {
      records.push_back(record_of(nodes[node], answers[node]));
      rows.push_back(row_of(nodes[node], answers[node]));
    }
    if (terminal.json()) {
      const ordered_json record = {{"version", 1}, {"nodes", records}};
      terminal.print(record.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
    } else {
      terminal.print(cli::render_table(rows));
    }
  }

  std::string nodes_;
  int limit_ = 2;
  RingOptions ring_;
};

}  // namespace

std::unique_ptr<cli::Command> status_command() {
  return std::make_unique<StatusCommand>();
}

}  // namespace lucie::dolly
