#include "lmp/commands/check_command.hpp"

#include "lmp/collection.hpp"
#include "lmp/commands/remarks.hpp"
#include "lmp/universes.hpp"
#include "lmp/wording.hpp"
#include "metapackage/records.hpp"
#include "metapackage/relation_text.hpp"

namespace lucie::lmp {
namespace {

class CheckCommand : public cli::Command {
 public:
  std::string name() const override { return "check"; }
  std::string summary() const override { return "prove LMPs and say how they need and exclude each other"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("DIR", folders_, "folders with LMPs in or below them: the collection");
    arguments.option("--target", target_, "TARGET", "only this target, for example debian-12");
    arguments.option("--collection", others_, "DIR", "more LMPs: a folder or an apt repository");
    arguments.option("--sets", sets_, "N", "look also for sets of 3 to N that fit only two by two");
    arguments.flag("--no-cache", no_cache_, "prove all anew, and keep nothing of it");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    if (!terminal.json()) return check(terminal);
    try {
      return check(terminal);
    } catch (const FaultsError& error) {
      terminal.print(metapackage::check_record({}, {.faults = error.faults()}));
      return error.status();
    }
  }

 private:
  ExitStatus check(cli::Terminal& terminal) {
    if (sets_ < 0 || sets_ == 1 || sets_ == 2)
      throw UsageError("--sets: a set has 3 LMPs or more; pairs are always proved");
    Collection collection = read_collection(folders_, others_);
    const auto lmps = for_target(std::move(collection.lmps), target_);
    UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
    shelf.add_servers(lmps);
    if (!no_cache_) shelf.remember();
    const metapackage::Proof proof = metapackage::prove(
        lmps, shelf.asked(), {.sets = static_cast<std::size_t>(sets_), .cache = shelf.cache()});
    tell_remarks(proof, terminal);
    if (terminal.json()) {
      terminal.print(metapackage::check_record(lmps, proof, sets_ != 0));
      return proof.faults.empty() ? ExitStatus::success : ExitStatus::input;
    }
    for (const auto& relation : proof.relations) terminal.print(metapackage::describe(relation));
    for (const auto& set : proof.sets) terminal.print(metapackage::describe(set));
    if (!proof.faults.empty()) throw FaultsError(proof.faults);
    terminal.note(summarize(lmps.size(), proof.relations));
    return ExitStatus::success;
  }

  std::vector<std::string> folders_, others_;
  std::string target_;
  int sets_ = 0;
  bool no_cache_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> check_command() {
  return std::make_unique<CheckCommand>();
}

}  // namespace lucie::lmp
