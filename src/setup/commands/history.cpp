#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/paths.hpp"
#include "cli/table.hpp"
#include "config/compiled.hpp"
#include "setup/commands/commands.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

std::vector<config::Compiled> load_versions(const fs::path& folder) {
  std::vector<config::Compiled> versions;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    if (entry.path().extension() == ".json" && entry.is_regular_file() && !entry.is_symlink()) {
      versions.push_back(config::compiled_from_json(base::read_file(entry.path())));
    }
  }
  std::sort(versions.begin(), versions.end(),
            [](const auto& left, const auto& right) { return left.version < right.version; });
  return versions;
}

class History : public cli::Command {
 public:
  std::string name() const override { return "history"; }
  std::string summary() const override { return "list the versions of the cluster that were deployed"; }
  void arguments(cli::Arguments& arguments) override { arguments.json(); }

  ExitStatus run(cli::Terminal& terminal) override {
    const fs::path folder = base::Paths::from_environment().state / "cluster";
    const auto versions = load_versions(folder);
    const int current =
        fs::exists(folder / "current") ? config::load_current(folder.parent_path()).version : 0;
    if (terminal.json()) {
      print_json(terminal, versions, current);
    } else if (versions.empty()) {
      terminal.note("nothing was deployed yet");
    } else {
      print_table(terminal, versions, current);
    }
    return ExitStatus::success;
  }

 private:
  static void print_table(cli::Terminal& terminal, const std::vector<config::Compiled>& versions,
                          int current) {
    std::vector<std::vector<std::string>> rows = {{"VERSION", "MADE", "HOSTS", "LOCK", ""}};
    for (const auto& version : versions) {
      rows.push_back({std::to_string(version.version), version.made,
                      std::to_string(version.cluster.hosts.size()), version.lock.substr(0, 12),
                      version.version == current ? "in force" : ""});
    }
    terminal.print(cli::render_table(rows));
  }

  static void print_json(cli::Terminal& terminal, const std::vector<config::Compiled>& versions,
                         int current) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& version : versions) {
      list.push_back({{"version", version.version},
                      {"made", version.made},
                      {"hosts", version.cluster.hosts.size()},
                      {"lock", version.lock},
                      {"current", version.version == current}});
    }
    terminal.print(nlohmann::ordered_json{{"version", 1}, {"versions", list}}.dump(2) + "\n");
  }
};

}  // namespace

std::unique_ptr<cli::Command> history_command() {
  return std::make_unique<History>();
}

}  // namespace lucie::setup
