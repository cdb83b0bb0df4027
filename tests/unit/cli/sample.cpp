// A program made with the command line room, which the system test of help and errors runs.
#include <fmt/format.h>

#include "cli/program.hpp"

using namespace lucie;

namespace {

class Greet : public cli::Command {
 public:
  std::string name() const override { return "greet"; }
  std::string summary() const override {
    return "say hello to nodes, in a sentence long enough to be wrapped twice";
  }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("NODE", nodes_, "who is greeted");
    arguments.option("--language", language_, "LANGUAGE", "language of the greeting", {"en", "ja"});
    arguments.option("--times", times_, "N", "how often");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    for (const std::string& node : nodes_) {
      if (node == "nobody") throw Error("nobody cannot be greeted").hint("name a node");
      if (node == "offline") throw EnvironmentError("the node is offline");
      terminal.print(terminal.json() ? fmt::format("{{\"version\":1,\"node\":\"{}\"}}\n", node)
                                     : fmt::format("{} {} x{}\n", language_ == "ja" ? "Konnichiwa" : "Hello",
                                                   node, times_));
    }
    terminal.note("greeted");
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override {
    return {"cnode00", "cnode01"};
  }

 private:
  std::vector<std::string> nodes_;
  std::string language_ = "en";
  int times_ = 1;
};

class Rest : public cli::Command {
 public:
  std::string name() const override { return "in"; }
  std::string summary() const override { return "run a command"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("PLACE", place_, "where");
    arguments.rest("CMD...", words_, "the command");
  }
  ExitStatus run(cli::Terminal& terminal) override {
    terminal.print(place_ + ":");
    for (const std::string& word : words_) terminal.print("<" + word + ">");
    return ExitStatus::success;
  }

 private:
  std::string place_;
  std::vector<std::string> words_;
};

}  // namespace

int main(int argc, char** argv) {
  cli::Program program{.name = "sample", .summary = "A sample program."};
  program.commands.push_back(std::make_unique<Greet>());
  program.commands.push_back(std::make_unique<Rest>());
  return cli::run_program(std::move(program), argc, argv);
}
