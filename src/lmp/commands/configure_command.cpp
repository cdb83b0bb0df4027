#include "lmp/commands/configure_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "lmp/collection.hpp"
#include "lmp/configure.hpp"
#include "lmp/front_end/session.hpp"
#include "metapackage/front_end.hpp"

namespace lucie::lmp {
namespace {

class ConfigureCommand : public cli::Command {
 public:
  std::string name() const override { return "configure"; }
  std::string summary() const override { return "ask the questions of an installed LMP"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NAME", name_, "name of the LMP");
    arguments.option("--answers", answers_, "FILE", "take the answers from a file; ask nothing");
    arguments.option("--root", root_, "DIR", "the LMP is installed in this root");
    arguments.option("--frontend", front_end_, "KIND", "who asks (default: debconf where it is installed)",
                     {"debconf", "text", "noninteractive"});
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const auto paths = base::Paths::from_environment();
    const Configuration configuration(name_, root_, paths);
    if (!metapackage::has_questions(configuration.lmp())) {
      if (!terminal.json()) terminal.note(fmt::format("LMP '{}' asks nothing", configuration.lmp().name));
      return tell(terminal, configuration, {});
    }
    const auto answers = answers_.empty() ? asked(terminal, configuration, paths.templates)
                                          : configuration.from_file(answers_);
    const bool changed = configuration.write(answers, paths.templates);
    const std::string file = configuration.file().string();
    terminal.note(changed ? fmt::format("wrote {}; 'lucie-setup plan' shows what it changes", file)
                          : fmt::format("{} says so already", file));
    return tell(terminal, configuration, answers);
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override {
    return installed_names();
  }

 private:
  /// The user's choice; else debconf's own variable; else debconf where it is, for this machine's own LMPs.
  std::string chosen_front_end() const {
    if (!front_end_.empty()) return front_end_;
    const char* variable = std::getenv("DEBIAN_FRONTEND");
    if (variable != nullptr && std::string_view(variable) == "noninteractive") return "noninteractive";
    return root_.empty() && has_debconf() ? "debconf" : "text";
  }

  metapackage::Answers asked(cli::Terminal& terminal, const Configuration& configuration,
                             const std::filesystem::path& templates) const {
    const std::string front_end = chosen_front_end();
    if (front_end == "debconf") {
      if (!root_.empty()) throw UsageError("--frontend debconf: debconf asks for this machine only");
      if (!has_debconf()) throw EnvironmentError("debconf is not installed, or only root may use it");
      return ask_by_debconf(configuration.lmp(), configuration.current());
    }
    TextDialogue dialogue(std::cin, std::cerr, std::min(terminal.width(), 78));
    Dialogue* asking = front_end == "text" ? &dialogue : nullptr;
    return ask_by_text(configuration.lmp(), configuration.current(), asking, templates);
  }

  static ExitStatus tell(cli::Terminal& terminal, const Configuration& configuration,
                         const metapackage::Answers& answers) {
    if (!terminal.json()) return ExitStatus::success;
    const nlohmann::ordered_json record = {{"version", 1},
                                           {"lmp", configuration.lmp().name},
                                           {"file", configuration.file().string()},
                                           {"answers", answers}};
    terminal.print(record.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return ExitStatus::success;
  }

  std::string name_, answers_, root_, front_end_;
};

}  // namespace

std::unique_ptr<cli::Command> configure_command() {
  return std::make_unique<ConfigureCommand>();
}

}  // namespace lucie::lmp
