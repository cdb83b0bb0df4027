#include "cli/completion.hpp"

#include <CLI/CLI.hpp>

#include "cli/program.hpp"

namespace lucie::cli {
namespace {

void append_matching(std::vector<std::string>& into, const std::vector<std::string>& from,
                     const std::string& start) {
  for (const std::string& word : from) {
    if (word.starts_with(start)) into.push_back(word);
  }
}

std::vector<std::string> option_names(Command& command) {
  CLI::App app;
  Arguments arguments(app);
  command.arguments(arguments);
  std::vector<std::string> names = {"--help", "--quiet", "--verbose", "--color"};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name != "help") names.push_back("--" + name);
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> complete(const Program& program, const std::vector<std::string>& words) {
  std::vector<std::string> candidates;
  if (words.empty()) return candidates;
  const std::string& start = words.back();
  const bool single = program.commands.size() == 1 && program.commands.front()->name().empty();
  if (words.size() == 1 && !single) {
    for (const auto& command : program.commands) append_matching(candidates, {command->name()}, start);
    append_matching(candidates, {"--help", "--version"}, start);
    return candidates;
  }
  for (const auto& command : program.commands) {
    if (!single && command->name() != words.front()) continue;
    if (start.starts_with("-")) {
      append_matching(candidates, option_names(*command), start);
    } else {
      append_matching(candidates, command->complete({words.begin() + (single ? 0 : 1), words.end() - 1}),
                      start);
    }
  }
  return candidates;
}

}  // namespace lucie::cli
