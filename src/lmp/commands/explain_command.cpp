#include "lmp/commands/explain_command.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lmp/collection.hpp"
#include "lmp/universes.hpp"
#include "lmp/wording.hpp"
#include "metapackage/records.hpp"
#include "metapackage/relation_text.hpp"

namespace lucie::lmp {
namespace {

using metapackage::Lmp;
using metapackage::Relation;

bool is_built(const Lmp& lmp) {
  std::error_code ignored;
  return std::filesystem::exists(lmp.tree / "relations.json", ignored);
}

/// True when the relation is about `name`; in "a | b" each alternative counts.
bool is_about(const Relation& relation, const std::string& name) {
  return relation.from == name || (" " + relation.to + " ").find(" " + name + " ") != std::string::npos;
}

class ExplainCommand : public cli::Command {
 public:
  std::string name() const override { return "explain"; }
  std::string summary() const override { return "say why LMPs depend on or exclude each other"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("NAME", name_, "name of an LMP");
    arguments.optional_positional("OTHER", other_, "only what is between NAME and this one");
    arguments.option("--collection", others_, "DIR", "look in this folder or repository too");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const Collection collection = installed_collection(others_);
    const Lmp& lmp = collection.find(name_);
    const Lmp* other = other_.empty() ? nullptr : &collection.find(other_);
    std::vector<Relation> relations = find_relations(collection, lmp, other, terminal);
    std::erase_if(relations, [&](const Relation& relation) {
      return !is_about(relation, lmp.name) || (other != nullptr && !is_about(relation, other->name));
    });
    if (terminal.json()) {
      std::vector<Lmp> asked = {lmp};
      if (other != nullptr) asked.push_back(*other);
      terminal.print(metapackage::check_record(asked, {.relations = relations}));
      return ExitStatus::success;
    }
    for (const Relation& relation : relations) terminal.print(metapackage::describe(relation));
    if (relations.empty()) terminal.print(no_relation(lmp, other));
    return ExitStatus::success;
  }
  std::vector<std::string> complete(const std::vector<std::string>&) const override {
    return installed_names();
  }

 private:
  static std::string no_relation(const Lmp& lmp, const Lmp* other) {
    if (other == nullptr) return fmt::format("{} neither needs nor excludes another LMP\n", lmp.name);
    return fmt::format("{} and {} neither need nor exclude each other\n", lmp.name, other->name);
  }

  /// Packages keep what was proved when they were built; what they do not say, and sources, are proved now.
  static std::vector<Relation> find_relations(const Collection& collection, const Lmp& lmp, const Lmp* other,
                                              cli::Terminal& terminal) {
    if (other == nullptr && is_built(lmp)) return metapackage::recorded_relations(lmp);
    if (other != nullptr) {
      std::vector<Relation> recorded = metapackage::recorded_relations(lmp);
      std::erase_if(recorded, [&](const Relation& relation) { return !is_about(relation, other->name); });
      if (!recorded.empty()) return recorded;
    }
    UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
    shelf.add_servers(collection.lmps);
    // The whole collection, as a third may provide what one of the two needs.
    return metapackage::prove(collection.lmps, shelf.asked()).relations;
  }

  std::string name_, other_;
  std::vector<std::string> others_;
};

}  // namespace

std::unique_ptr<cli::Command> explain_command() {
  return std::make_unique<ExplainCommand>();
}

}  // namespace lucie::lmp
