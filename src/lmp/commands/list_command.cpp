#include "lmp/commands/list_command.hpp"

#include "cli/table.hpp"
#include "lmp/collection.hpp"
#include "metapackage/records.hpp"

namespace lucie::lmp {
namespace {

class ListCommand : public cli::Command {
 public:
  std::string name() const override { return "list"; }
  std::string summary() const override { return "list the LMPs that are installed here"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.option("--collection", others_, "DIR", "list those of a folder or repository too");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const Collection collection = installed_collection(others_);
    if (terminal.json()) {
      terminal.print(metapackage::list_record(collection.lmps));
      return ExitStatus::success;
    }
    std::vector<std::vector<std::string>> rows = {{"NAME", "VERSION", "SUMMARY"}};
    for (const auto& lmp : collection.lmps) rows.push_back({lmp.name, lmp.version, lmp.summary});
    if (rows.size() > 1) terminal.print(cli::render_table(rows));
    if (rows.size() == 1) terminal.note("no LMP is installed");
    return ExitStatus::success;
  }

 private:
  std::vector<std::string> others_;
};

}  // namespace

std::unique_ptr<cli::Command> list_command() {
  return std::make_unique<ListCommand>();
}

}  // namespace lucie::lmp
