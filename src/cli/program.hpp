#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace lucie::cli {

/// What a command declares: flags, options with a value, and positional words. Bound variables keep their
/// value as the default, so that help can show it.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}

  /// `names` as in "--resume" or "-f,--follow".
  void flag(const std::string& names, bool& value, const std::string& help);
  /// `value_name` stands in the help ("DIR"). `choices`, if given, are the only values taken.
  void option(const std::string& names, std::string& value, const std::string& value_name,
              const std::string& help, std::vector<std::string> choices = {});
  void option(const std::string& names, int& value, const std::string& value_name, const std::string& help);
  /// May be given several times.
  void option(const std::string& names, std::vector<std::string>& values, const std::string& value_name,
              const std::string& help);
  void required_option(const std::string& names, std::string& value, const std::string& value_name,
                       const std::string& help);
  /// One word that must be there.
  void positional(const std::string& name, std::string& value, const std::string& help);
  void optional_positional(const std::string& name, std::string& value, const std::string& help);
  /// At least `least` words.
  void positionals(const std::string& name, std::vector<std::string>& values, const std::string& help,
                   int least = 1);
  /// All words after the positional ones, options among them, as they stand (`lucie-setup in full apt-get -y
  /// install x`); a `--` before them is left out.
  void rest(const std::string& name, std::vector<std::string>& values, const std::string& help);
  /// Declares `--json`; the command asks `Terminal::json()`.
  void json();

 private:
  friend int run_program(struct Program program, int argc, char** argv);
  CLI::App& app_;
  bool json_ = false;
  int words_before_rest_ = 0;
  std::vector<std::string>* rest_ = nullptr;
};

/// One command of a program; a file pair in the program's `commands/`.
class Command {
 public:
  virtual ~Command() = default;
  virtual std::string name() const = 0;
  /// One line for the list of commands.
  virtual std::string summary() const = 0;
  virtual void arguments(Arguments& arguments) = 0;
  /// Does it. Throws lucie::Error; what it returns is the exit status.
  virtual ExitStatus run(Terminal& terminal) = 0;
  /// Candidates for the word being completed, after the `words` already typed; see completion.hpp.
  virtual std::vector<std::string> complete(const std::vector<std::string>& words) const {
    (void)words;
    return {};
  }
};

/// A program: its name, one line of purpose, its commands. A program without commands has one Command whose
/// name is empty.
struct Program {
  std::string name;
  std::string summary;
  std::vector<std::unique_ptr<Command>> commands;
  /// True when `-c FILE` makes sense for it.
  bool takes_definitions = true;
};

/// Reads the command line, runs the command, reports errors on standard error as STYLE asks, and gives the
/// exit status. The only catcher of lucie::Error. `--json` faults of a FaultsError are the command's own
/// matter.
int run_program(Program program, int argc, char** argv);

}  // namespace lucie::cli
