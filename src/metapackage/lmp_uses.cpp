#include <algorithm>
#include <regex>

#include "base/files.hpp"
#include "base/text.hpp"
#include "config/agent_program.hpp"
#include "metapackage/script_uses.hpp"

namespace lucie::metapackage {
namespace {

using Deed = Use::Deed;

class Collector {
 public:
  Collector(const Lmp& lmp, std::vector<Fault>& faults) : lmp_(lmp), faults_(faults) {}

  std::vector<Use> collect() {
    statements(lmp_.reads, Deed::reads);
    statements(lmp_.edits, Deed::edits);
    statements(lmp_.runs, Deed::runs);
    programs(lmp_.scripts, Place::node);
    programs(lmp_.agents, Place::node);
    for (const auto& agent : lmp_.agents) recoveries(agent);
    programs(lmp_.modules, Place::installer);
    for (const NodeFile& file : lmp_.files) node_file(file);
    return std::move(uses_);
  }

 private:
  /// Each thing once for each answer it is done for, where it is done first.
  void add(Use use) {
    const bool known = std::ranges::any_of(uses_, [&](const Use& other) {
      return other.deed == use.deed && other.name == use.name &&
             (other.conditions == use.conditions || other.conditions.empty());
    });
    if (!known) uses_.push_back(std::move(use));
  }

  void statements(const std::vector<Statement>& statements, Deed deed) {
    for (const Statement& statement : statements) add({deed, statement.name, statement.position, {}});
  }

  void program(const std::string& text, const std::string& file, Place place, std::vector<Fault>& faults) {
    for (Use& use : program_uses(text, file, place, faults)) add(std::move(use));
  }

  void programs(const std::vector<std::filesystem::path>& files, Place place) {
    for (const auto& file : files) program(base::read_file(file), file.string(), place, faults_);
  }

  /// The commands of `# recover:` lines; programs beside the agent are read as such.
  void recoveries(const std::filesystem::path& agent) {
    for (const config::RecoverLine& line : config::recover_lines(base::read_file(agent))) {
      command(line.command, {agent.string(), line.line, 0});
    }
  }

  /// A command line for sh(1) that stands somewhere else than in a script.
  void command(const std::string& line, const Position& position) {
    std::vector<Fault> not_told;
    for (Use& use : program_uses("#!/bin/sh\n" + line + "\n", position.file, Place::node, not_told)) {
      const bool beside = std::ranges::any_of(
          lmp_.agents, [&](const std::filesystem::path& agent) { return agent.filename() == use.name; });
      if (beside) continue;
      use.position = position;
      add(std::move(use));
    }
  }

  /// Programs among the files, units of systemd and tables of cron say what they run.
  void node_file(const NodeFile& file) {
    for (const auto& [variant, source] : file.variants) {
      const std::string text = base::read_file(source);
      // A template's words may hide what the shell would see; what cannot be read is left alone.
      std::vector<Fault> of_templates;
      const bool expanded = file.templates.contains(variant);
      if (text.starts_with("#!")) {
        program(text, source.string(), Place::node, expanded ? of_templates : faults_);
      }
      if (is_unit(file.path)) unit(text, source.string());
      if (file.path.starts_with("/etc/cron.d/")) cron_table(text, source.string());
    }
  }

  static bool is_unit(const std::string& path) {
    static const std::regex pattern(R"(.*/systemd/system/.*\.(service|socket|mount|conf))");
    return std::regex_match(path, pattern);
  }

  /// ExecStart=-/usr/sbin/x …, EnvironmentFile=/etc/default/x (systemd.service(5), systemd.exec(5)). A "-" in
  /// front of a program is about its exit status; in front of a file it says that it may be missing.
  void unit(const std::string& text, const std::string& file) {
    static const std::regex run(R"(\s*Exec[A-Za-z]+\s*=\s*[-@:+!]*(/[^\s@]+).*)");
    static const std::regex read(R"(\s*EnvironmentFile\s*=\s*(/[^\s@]+)\s*)");
    int line = 0;
    std::smatch parts;
    for (const std::string& words : base::split(text, '\n')) {
      ++line;
      if (std::regex_match(words, parts, run)) add({Deed::runs, parts[1], {file, line, 0}, {}});
      if (std::regex_match(words, parts, read)) add({Deed::reads, parts[1], {file, line, 0}, {}});
    }
  }

  /// Lines "MINUTE HOUR DAY MONTH WEEKDAY USER COMMAND" or "@daily USER COMMAND" (crontab(5)).
  void cron_table(const std::string& text, const std::string& file) {
    static const std::regex pattern(R"(\s*(?:@\w+|(?:[-0-9*,/A-Za-z]+\s+){4}[-0-9*,/A-Za-z]+)\s+\S+\s+(.+))");
    int line = 0;
    std::smatch parts;
    for (const std::string& words : base::split(text, '\n')) {
      ++line;
      if (words.find("@{") != std::string::npos || !std::regex_match(words, parts, pattern)) continue;
      command(parts[1], {file, line, 0});
    }
  }

  const Lmp& lmp_;
  std::vector<Fault>& faults_;
  std::vector<Use> uses_;
};

}  // namespace

std::vector<Use> lmp_uses(const Lmp& lmp, std::vector<Fault>& faults) {
  return Collector(lmp, faults).collect();
}

}  // namespace lucie::metapackage
