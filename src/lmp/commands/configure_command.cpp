#include "lmp/commands/configure_command.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "config/value.hpp"
#include "lmp/collection.hpp"
#include "lmp/configure.hpp"
#include "lmp/front_end/session.hpp"
#include "lmp/front_end/whiptail_dialogue.hpp"
#include "lmp/wording.hpp"
#include "metapackage/front_end.hpp"
#include "metapackage/relation_text.hpp"

namespace lucie::lmp {
namespace {

class ConfigureCommand : public cli::Command {
 public:
  std::string name() const override { return "configure"; }
  std::string summary() const override { return "ask the questions of an installed LMP"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NAME", name_, "name of the LMP");
    arguments.option("--answers", answers_, "FILE", "take the answers from a file; ask nothing");
    arguments.option("--members", members_, "LIST", "answers for these hosts and groups only");
    arguments.option("--root", root_, "DIR", "the LMP is installed in this root");
    arguments.option("--frontend", front_end_, "KIND", "who asks (default: debconf where it is installed)",
                     {"debconf", "whiptail", "text", "noninteractive"});
    arguments.option("--priority", priority_, "PRIORITY",
                     "ask no questions below it (default: low, that is all)",
                     {"low", "medium", "high", "critical"});
    arguments.option("--time-limit", time_limit_, "DURATION",
                     "how long the front end may do nothing (default: 60s)");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const auto paths = base::Paths::from_environment();
    const Configuration configuration(name_, root_, paths);
    if (!metapackage::has_questions(configuration.lmp())) {
      if (!terminal.json()) terminal.note(fmt::format("LMP '{}' asks nothing", configuration.lmp().name));
      return tell(terminal, configuration, {});
    }
    if (!members_.empty() && !answers_.empty()) {
      throw UsageError("--members and --answers: the file says for which hosts its answers are");
    }
    configuration.check_writable();
    const auto answers = answers_.empty()
                             ? asked_for(terminal, configuration, paths.templates)
                             : configuration.from_file(answers_, terminal.definitions_or_default());
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
  /// The answers of --members, or for all hosts; the latter first, whether they were asked or not.
  std::vector<metapackage::AnswersFor> asked_for(cli::Terminal& terminal, const Configuration& configuration,
                                                 const std::filesystem::path& templates) const {
    const SessionOptions options = session_options(templates);
    const std::string members =
        members_.empty() ? members_ : checked_members(members_, terminal.definitions_or_default());
    metapackage::AnswersFor given{members, asked_or_ended(terminal, configuration, members, options)};
    if (members.empty()) return {std::move(given)};
    return {{{}, {}}, std::move(given)};
  }

  /// The user's choice; else what debconf's own variable says; else debconf where it is, for this machine's
  /// own LMPs; else dialogues where a terminal can show them.
  std::string chosen_front_end() const {
    if (!front_end_.empty()) return front_end_;
    const char* variable = std::getenv("DEBIAN_FRONTEND");
    const std::string_view wanted = variable != nullptr ? variable : "";
    if (wanted == "noninteractive") return "noninteractive";
    if (root_.empty() && has_debconf()) return "debconf";
    const bool lines = wanted == "text" || wanted == "readline" || wanted == "teletype";
    return !lines && WhiptailDialogue::is_possible() ? "whiptail" : "text";
  }

  SessionOptions session_options(const std::filesystem::path& templates) const {
    SessionOptions options{.templates = templates};
    const char* variable = std::getenv("DEBIAN_PRIORITY");
    options.priority = !priority_.empty() ? priority_ : variable != nullptr ? variable : "low";
    if (time_limit_.empty()) return options;
    const auto limit = config::parse_duration(time_limit_);
    if (!limit || limit->count() == 0) {
      throw UsageError(
          fmt::format("--time-limit {}: that is no duration, as 30s, 5m or 2h are", time_limit_));
    }
    options.time_limit = *limit;
    return options;
  }

  metapackage::Answers asked(cli::Terminal& terminal, const Configuration& configuration,
                             const std::string& members, const SessionOptions& options) const {
    const std::string front_end = chosen_front_end();
    const auto& lmp = configuration.lmp();
    const Interruption interruption;
    if (front_end == "debconf") {
      if (!root_.empty()) throw UsageError("--frontend debconf: debconf asks for this machine only");
      if (!has_debconf()) throw EnvironmentError("debconf is not installed, or only root may use it");
      return ask_by_debconf(lmp, configuration.current(members), interruption, options);
    }
    if (front_end == "whiptail" && !WhiptailDialogue::is_possible()) {
      throw EnvironmentError("--frontend whiptail: there is no whiptail, or no terminal that it can draw on");
    }
    std::unique_ptr<Dialogue> dialogue;
    if (front_end == "whiptail") {
      dialogue = std::make_unique<WhiptailDialogue>(interruption);
    } else if (front_end == "text") {
      const auto width = static_cast<std::size_t>(std::clamp(terminal.width(), 20, 78));
      dialogue = std::make_unique<TextDialogue>(typed_lines(interruption), std::cerr, width);
    } else {
      dialogue = std::make_unique<QuietDialogue>(std::cerr);
    }
    return ask_by_dialogue(lmp, configuration.current(members), *dialogue, interruption, options);
  }

  /// An interruption ends us as it would have without our waiting for it.
  metapackage::Answers asked_or_ended(cli::Terminal& terminal, const Configuration& configuration,
                                      const std::string& members, const SessionOptions& options) const {
    try {
      return asked(terminal, configuration, members, options);
    } catch (const Interrupted& interrupted) {
      terminal.error(interrupted);
      std::signal(interrupted.signal(), SIG_DFL);
      std::raise(interrupted.signal());
      throw;
    }
  }

  /// What holds for these answers only is told: `lucie-setup check` proves it for each host's services.
  static ExitStatus tell(cli::Terminal& terminal, const Configuration& configuration,
                         const std::vector<metapackage::AnswersFor>& answers) {
    const auto relations = configuration.relations_for(answers);
    if (!terminal.json()) {
      for (const auto& relation : relations) terminal.note(std::string(base::trim(describe(relation))));
      return ExitStatus::success;
    }
    nlohmann::ordered_json record = {{"version", 1},
                                     {"lmp", configuration.lmp().name},
                                     {"file", configuration.file().string()},
                                     {"answers", metapackage::Answers()},
                                     {"members", nlohmann::ordered_json::array()},
                                     {"relations", nlohmann::ordered_json::array()}};
    for (const auto& each : answers) {
      if (each.members.empty()) {
        record["answers"] = each.answers;
      } else {
        record["members"].push_back({{"members", base::split_list(each.members)}, {"answers", each.answers}});
      }
    }
    for (const auto& relation : relations) record["relations"].push_back(to_json(relation));
    terminal.print(record.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return ExitStatus::success;
  }

  static nlohmann::ordered_json to_json(const metapackage::Relation& relation) {
    const bool excludes = relation.kind == metapackage::Relation::Kind::conflict;
    return {{"kind", excludes ? "conflict" : "depends"},
            {"from", relation.from},
            {"to", relation.to},
            {"target",
             relation.target.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(relation.target)},
            {"when", relation.when},
            {"rule", relation.rule}};
  }

  std::string name_, answers_, root_, front_end_, priority_, time_limit_, members_;
};

}  // namespace

std::unique_ptr<cli::Command> configure_command() {
  return std::make_unique<ConfigureCommand>();
}

}  // namespace lucie::lmp
