#include <algorithm>
#include <fmt/format.h>
#include <regex>

#include "base/text.hpp"
#include "config/agent_program.hpp"
#include "metapackage/script_cache.hpp"
#include "metapackage/script_uses.hpp"

namespace lucie::metapackage {
namespace {

using Deed = Use::Deed;

/// A command line for sh(1) as a script.
std::string script_of(const std::string& command) {
  return "#!/bin/sh\n" + command + "\n";
}

class Collector {
 public:
  Collector(const Lmp& lmp, std::vector<Fault>& faults, std::vector<Fault>& notes, ScriptCache& cache)
      : lmp_(lmp), faults_(faults), notes_(notes), cache_(cache) {}

  std::vector<Use> collect() {
    statements(lmp_.reads, Deed::reads);
    statements(lmp_.edits, Deed::edits);
    statements(lmp_.runs, Deed::runs);
    programs(lmp_.scripts, Place::node);
    programs(lmp_.agents, Place::node);
    for (const auto& agent : lmp_.agents) recoveries(agent);
    programs(lmp_.modules, Place::installer);
    for (const NodeFile& file : lmp_.files) node_file(file);
    for (const Unknown& unknown : unknown_) tell(unknown);
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
    for (Use& use : cache_.uses(text, file, place, faults, unknown_)) add(std::move(use));
  }

  void programs(const std::vector<std::filesystem::path>& files, Place place) {
    for (const auto& file : files) program(*lmp_.texts->read(file), file.string(), place, faults_);
  }

  /// The commands of `# recover:` lines; programs beside the agent are read as such.
  void recoveries(const std::filesystem::path& agent) {
    for (const config::RecoverLine& line : config::recover_lines(*lmp_.texts->read(agent))) {
      command(line.command, {agent.string(), line.line, 0});
    }
  }

  /// A command line for sh(1) that stands somewhere else than in a script.
  void command(const std::string& line, const Position& position) {
    std::vector<Fault> not_told;
    std::vector<Unknown> elsewhere;
    for (Use& use : cache_.uses(script_of(line), position.file, Place::node, not_told, elsewhere)) {
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
      const TreeTexts::Text kept = lmp_.texts->read(source);
      const std::string& text = *kept;
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

  /// What an author states about it is taken for all of it.
  bool stated(const Unknown& unknown) const {
    if (unknown.why == Unknown::Why::language)
      return !(lmp_.reads.empty() && lmp_.edits.empty() && lmp_.runs.empty());
    if (unknown.why == Unknown::Why::command) return !(lmp_.reads.empty() && lmp_.edits.empty());
    const auto& statements = unknown.deed == Deed::runs    ? lmp_.runs
                             : unknown.deed == Deed::edits ? lmp_.edits
                                                           : lmp_.reads;
    return !statements.empty();
  }

  void tell(const Unknown& unknown) {
    if (stated(unknown)) return;
    const std::string deed = metapackage::in_words(unknown.deed);
    std::string message, hint = fmt::format("state it in lmp.conf with '{}'", deed);
    switch (unknown.why) {
      case Unknown::Why::value:
        message =
            fmt::format("nobody can tell beforehand what '{}' {} here: {}", lmp_.name, deed, unknown.text);
        break;
      case Unknown::Why::relative:
        message = fmt::format("what '{}' {} here depends on the folder that it is in: {}", lmp_.name, deed,
                              unknown.text);
        break;
      case Unknown::Why::command:
        message = fmt::format("it is not known what this command does to {}", unknown.text);
        hint = "state it in lmp.conf with 'reads' or 'edits'";
        break;
      case Unknown::Why::language:
        message = fmt::format("a program for {} is not read, but for its first line", unknown.text);
        hint = "state in lmp.conf what it 'reads', 'edits' and 'runs'";
    }
    notes_.push_back({unknown.position, std::move(message), std::move(hint)});
  }

  const Lmp& lmp_;
  std::vector<Fault>& faults_;
  std::vector<Fault>& notes_;
  ScriptCache& cache_;
  std::vector<Use> uses_;
  std::vector<Unknown> unknown_;
};

}  // namespace

std::vector<std::string> program_texts(const Lmp& lmp) {
  std::vector<std::string> texts;
  for (const auto* programs : {&lmp.scripts, &lmp.agents, &lmp.modules}) {
    for (const auto& file : *programs) texts.push_back(*lmp.texts->read(file));
  }
  for (const auto& agent : lmp.agents) {
    for (const config::RecoverLine& line : config::recover_lines(*lmp.texts->read(agent)))
      texts.push_back(script_of(line.command));
  }
  for (const NodeFile& file : lmp.files) {
    for (const auto& [variant, source] : file.variants) {
      const TreeTexts::Text text = lmp.texts->read(source);
      if (text->starts_with("#!")) texts.push_back(*text);
    }
  }
  return texts;
}

std::vector<Use> lmp_uses(const Lmp& lmp, std::vector<Fault>& faults, std::vector<Fault>& notes,
                          ScriptCache& cache) {
  return Collector(lmp, faults, notes, cache).collect();
}

}  // namespace lucie::metapackage
