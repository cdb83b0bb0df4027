#include "metapackage/relation_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/records.hpp"

namespace lucie::metapackage {
namespace {

std::string why(const Relation& relation) {
  switch (relation.rule) {
    case 0:
      return "its author says so";
    case 1:
      return "they bring different content for one path (rule 1)";
    case 2:
      return "their packages cannot be installed together (rule 2)";
    case 3:
      return "it uses what the other provides (rule 3)";
    default:
      return fmt::format("rule {}", relation.rule);
  }
}

std::string place(const Evidence& evidence) {
  if (evidence.file.empty()) return {};
  if (evidence.line <= 0) return evidence.file + ": ";
  return fmt::format("{}:{}: ", evidence.file, evidence.line);
}

std::string lines(const std::vector<Evidence>& evidence) {
  std::string text;
  for (const Evidence& one : evidence) text += "  " + base::escape_control(place(one) + one.text) + "\n";
  return text;
}

}  // namespace

std::string describe(const Relation& relation) {
  std::string text =
      fmt::format("{} {} {}", relation.from,
                  relation.kind == Relation::Kind::conflict ? "conflicts with" : "depends on", relation.to);
  if (!relation.target.empty()) text += " in " + relation.target;
  if (!relation.when.empty()) text += " when " + relation.when;
  return text + ": " + why(relation) + "\n" + lines(relation.evidence);
}

std::string describe(const LmpSet& set) {
  std::string text = base::join(set.lmps, ", ") + " fit two by two, but not together";
  if (!set.target.empty()) text += " in " + set.target;
  if (!set.when.empty()) text += " when " + set.when;
  return text + " (rule 2)\n" + lines(set.evidence);
}

std::string relations_document(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection) {
  std::string text =
      fmt::format("How lmp-{} needs and excludes other LMPs (see lmp-relations(7))\n\n", lmp.name);
  for (const auto& [target, identity] : proof.identities) {
    text += fmt::format("Proved for {}, universe {}\n", target, identity);
  }
  if (!proof.identities.empty()) text += "\n";
  const std::vector<Relation> relations = relations_of(lmp, proof, collection);
  for (const Relation& relation : relations) text += describe(relation) + "\n";
  if (relations.empty()) text += "It neither needs nor excludes another LMP.\n";
  if (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace lucie::metapackage
