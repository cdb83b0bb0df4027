#include "cli/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <map>

#include "base/names.hpp"
#include "base/text.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/version.hpp"

namespace lucie::cli {

void Arguments::flag(const std::string& names, bool& value, const std::string& help) {
  app_.add_flag(names, value, help);
}

void Arguments::option(const std::string& names, std::string& value, const std::string& value_name,
                       const std::string& help, std::vector<std::string> choices) {
  auto* option = app_.add_option(names, value, help)->type_name(value_name)->type_size(1);
  if (!value.empty()) option->capture_default_str();
  if (!choices.empty()) option->check(CLI::IsMember(std::move(choices)));
}

void Arguments::option(const std::string& names, int& value, const std::string& value_name,
                       const std::string& help) {
  app_.add_option(names, value, help)->type_name(value_name)->capture_default_str();
}

void Arguments::option(const std::string& names, std::vector<std::string>& values,
                       const std::string& value_name, const std::string& help) {
  app_.add_option(names, values, help)->type_name(value_name)->expected(1)->take_all();
}

void Arguments::required_option(const std::string& names, std::string& value, const std::string& value_name,
                                const std::string& help) {
  app_.add_option(names, value, help)->type_name(value_name)->required();
}

void Arguments::positional(const std::string& name, std::string& value, const std::string& help) {
  ++words_before_rest_;
  app_.add_option(name, value, help)->type_name("")->required();
}

void Arguments::optional_positional(const std::string& name, std::string& value, const std::string& help) {
  app_.add_option(name, value, help)->type_name("");
}

void Arguments::positionals(const std::string& name, std::vector<std::string>& values,
                            const std::string& help, int least) {
  auto* option = app_.add_option(name, values, help)->type_name("");
  if (least > 0) option->required();
  option->expected(least, CLI::detail::expected_max_vector_size);
}

void Arguments::rest(const std::string& name, std::vector<std::string>& values, const std::string& help) {
  app_.footer(fmt::format("{}  {}", name, help));
  rest_ = &values;
}

void Arguments::json() {
  app_.add_flag("--json", json_, "print one JSON record instead of text");
}

namespace {

/// The options that every command of every program takes.
struct CommonOptions {
  bool quiet = false, verbose = false;
  std::string colour = "auto", definitions;

  void declare(CLI::App& app, bool takes_definitions) {
    app.add_flag("-q,--quiet", quiet, "say nothing but errors and warnings");
    app.add_flag("-v,--verbose", verbose, "say more");
    app.add_option("--color", colour, "colour: auto, always or never")
        ->type_name("WHEN")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    if (takes_definitions) {
      app.add_option("-c,--definitions", definitions,
                     "the cluster's definitions (default /etc/lucie/lucie.conf)")
          ->type_name("FILE");
    }
  }
};

int status_number(ExitStatus status) {
  return static_cast<int>(status);
}

int refuse_usage(const std::string& program, const std::string& message, const std::string& hint) {
  std::fputs(render_fault({.message = message, .hint = hint}, program + ": error").c_str(), stderr);
  return status_number(ExitStatus::usage);
}

/// CLI11 words an unknown command as "the following arguments were not expected".
std::string unknown_command_hint(const Program& program, const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : program.commands) names.push_back(command->name());
  const std::string meant = base::did_you_mean(word, names);
  return meant.empty() ? fmt::format("'{} --help' lists the commands", program.name) : meant;
}

/// The place of the command's name in the command line; its end when there is none.
std::size_t place_of_command(const std::vector<std::string>& words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!words[at].starts_with('-')) return at;
    if (words[at] == "-c" || words[at] == "--definitions" || words[at] == "--color") ++at;
  }
  return words.size();
}

/// Cuts off the words that a command takes as they stand: those after its `before` own words and a `--`, if
/// there is one. CLI11's own way to do this loses words after `--`.
std::vector<std::string> cut_rest(const CLI::App& app, std::vector<std::string>& words, std::size_t at,
                                  int before) {
  for (; at < words.size(); ++at) {
    const bool mark = words[at] == "--";
    if (!mark && words[at].starts_with('-')) {
      const CLI::Option* option = app.get_option_no_throw(words[at]);
      if (option != nullptr && option->get_items_expected_min() > 0) ++at;
      continue;
    }
    if (!mark && before-- > 0) continue;
    const auto cut = words.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<std::string> rest(mark ? cut + 1 : cut, words.end());
    words.erase(cut, words.end());
    return rest;
  }
  return {};
}

}  // namespace

int run_program(Program program, int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc >= 3 && std::string_view(argv[1]) == "__complete") {
    for (const std::string& word : complete(program, {argv + 2, argv + argc})) std::puts(word.c_str());
    return 0;
  }
  const bool single = program.commands.size() == 1 && program.commands.front()->name().empty();
  CLI::App app(program.summary, program.name);
  app.set_version_flag("--version", program.name + " (Lucie) " + LUCIE_VERSION);
  app.formatter(std::make_shared<HelpFormatter>());
  CommonOptions common;
  if (!single) {
    app.require_subcommand(1);
    common.declare(app, program.takes_definitions);
  }
  std::map<Command*, std::pair<CLI::App*, std::unique_ptr<Arguments>>> declared;
  for (const auto& command : program.commands) {
    CLI::App* sub = single ? &app : app.add_subcommand(command->name(), command->summary());
    common.declare(*sub, program.takes_definitions);
    auto arguments = std::make_unique<Arguments>(*sub);
    command->arguments(*arguments);
    declared[command.get()] = {sub, std::move(arguments)};
  }
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const std::size_t place = place_of_command(words);
  const std::string word = place < words.size() ? words[place] : "";
  const bool known = single || word.empty() ||
                     std::any_of(program.commands.begin(), program.commands.end(),
                                 [&](const auto& command) { return command->name() == word; });
  if (!known) {
    return refuse_usage(program.name, fmt::format("unknown command '{}'", word),
                        unknown_command_hint(program, word));
  }
  for (auto& [command, parts] : declared) {
    Arguments& arguments = *parts.second;
    if (arguments.rest_ == nullptr || word.empty() || command->name() != word) continue;
    *arguments.rest_ = cut_rest(*parts.first, words, place + 1, arguments.words_before_rest_);
  }
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // the last word first
  } catch (const CLI::Success& wanted) {                                // --help, --version
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    const std::string of = !single && !word.empty() ? fmt::format("{} {}", program.name, word) : program.name;
    return refuse_usage(program.name, error.what(), fmt::format("'{} --help' tells what it takes", of));
  }
  Terminal terminal;
  terminal.quiet_ = common.quiet;
  terminal.verbose_ = common.verbose;
  terminal.definitions_ = common.definitions;
  terminal.colour_ = common.colour == "always"  ? Terminal::Colour::always
                     : common.colour == "never" ? Terminal::Colour::never
                                                : Terminal::Colour::automatic;
  try {
    for (auto& [command, parts] : declared) {
      if (!parts.first->parsed() && !single) continue;
      terminal.json_ = parts.second->json_;
      return status_number(command->run(terminal));
    }
  } catch (const Error& error) {
    terminal.error(error);
    return status_number(error.status());
  } catch (const std::bad_alloc&) {
    terminal.error(EnvironmentError("out of memory"));
    return status_number(ExitStatus::environment);
  } catch (const std::exception& error) {
    terminal.error(EnvironmentError(error.what()));
    return status_number(ExitStatus::environment);
  }
  return status_number(ExitStatus::usage);
}

}  // namespace lucie::cli
