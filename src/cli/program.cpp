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
  app_.prefix_command();
  app_.footer(fmt::format("{}  {}", name, help));
  app_.callback([this, &values] { values = app_.remaining(); });
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

const char* first_word(int argc, char** argv) {
  for (int index = 1; index < argc; ++index) {
    if (argv[index][0] != '-') return argv[index];
    if (std::string_view(argv[index]) == "-c" || std::string_view(argv[index]) == "--color") ++index;
  }
  return nullptr;
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
  const char* word = first_word(argc, argv);
  const bool known = single || word == nullptr ||
                     std::any_of(program.commands.begin(), program.commands.end(),
                                 [&](const auto& command) { return command->name() == word; });
  if (!known) {
    return refuse_usage(program.name, fmt::format("unknown command '{}'", word),
                        unknown_command_hint(program, word));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    const std::string of =
        !single && word != nullptr ? fmt::format("{} {}", program.name, word) : program.name;
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
