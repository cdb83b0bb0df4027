#include "lmp/commands/show_command.hpp"

#include "lmp/collection.hpp"
#include "lmp/wording.hpp"
#include "metapackage/records.hpp"
#include "metapackage/relation_text.hpp"

namespace lucie::lmp {
namespace {

class ShowCommand : public cli::Command {
 public:
  std::string name() const override { return "show"; }
  std::string summary() const override { return "show what an LMP consists of"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NAME", name_, "name of the LMP");
    arguments.option("--collection", others_, "DIR", "look in this folder or repository too");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const Collection collection = installed_collection(others_);
    const metapackage::Lmp& lmp = collection.find(name_);
    if (terminal.json()) {
      terminal.print(metapackage::lmp_record(lmp));
      return ExitStatus::success;
    }
    terminal.print(describe(lmp));
    const auto relations = metapackage::recorded_relations(lmp);
    if (!relations.empty()) terminal.print("\n");
    for (const auto& relation : relations) terminal.print(metapackage::describe(relation));
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override {
    return installed_names();
  }

 private:
  std::string name_;
  std::vector<std::string> others_;
};

}  // namespace

std::unique_ptr<cli::Command> show_command() {
  return std::make_unique<ShowCommand>();
}

}  // namespace lucie::lmp
