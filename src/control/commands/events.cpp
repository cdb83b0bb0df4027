#include "control/commands/commands.hpp"
#include "control/node_text.hpp"

namespace lucie::control {
namespace {

constexpr int longest_question = 25;  // seconds

class Events : public cli::Command {
 public:
  std::string name() const override { return "events"; }
  std::string summary() const override { return "show what happened on nodes"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.flag("-f,--follow", follow_, "go on as events come");
    arguments.option("--node", node_set_, "NODESET", "only of these nodes");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  void print(cli::Terminal& terminal, const std::vector<wire::Event>& events) const;

  bool follow_ = false;
  std::string node_set_;
};

/// With --follow each event is a record of its own, one a line.
void Events::print(cli::Terminal& terminal, const std::vector<wire::Event>& events) const {
  for (const wire::Event& event : events)
    terminal.print((terminal.json() ? wire::to_json(event) : event_line(event)) + "\n");
}

ExitStatus Events::run(cli::Terminal& terminal) {
  const Client client = own_client();
  const bool one_record = terminal.json() && !follow_;
  std::vector<wire::Event> all;
  for (std::int64_t seen = 0;;) {
    const auto events = client.events(seen, node_set_, 0);
    if (events.empty() && !follow_) break;
    const auto more = events.empty() ? client.events(seen, node_set_, longest_question) : events;
    if (!more.empty()) seen = more.back().id;
    if (!one_record) print(terminal, more);
    if (one_record) all.insert(all.end(), more.begin(), more.end());
  }
  if (one_record) terminal.print(wire::to_json(all) + "\n");
  return ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> make_events_command() {
  return std::make_unique<Events>();
}

}  // namespace lucie::control
