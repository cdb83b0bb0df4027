#include "lmp/wording.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace lucie::lmp {
namespace {

using metapackage::Relation;

std::string counted(std::size_t count, const char* one, const char* many) {
  return count == 0 ? fmt::format("no {}", one) : fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string listed(const std::vector<std::filesystem::path>& programs) {
  std::vector<std::string> names;
  for (const auto& program : programs) names.push_back(program.filename().string());
  return base::join(names, ", ");
}

void add(std::string& text, const char* name, const std::string& value) {
  if (!value.empty()) text += fmt::format("{:<13}{}\n", name, value);
}

}  // namespace

std::string summarize(std::size_t lmps, const std::vector<Relation>& relations) {
  const auto conflicts =
      static_cast<std::size_t>(std::count_if(relations.begin(), relations.end(), [](const auto& relation) {
        return relation.kind == Relation::Kind::conflict;
      }));
  return fmt::format("{}, {}, {}", counted(lmps, "LMP", "LMPs"), counted(conflicts, "conflict", "conflicts"),
                     counted(relations.size() - conflicts, "dependency", "dependencies"));
}

std::string describe(const metapackage::Lmp& lmp) {
  std::string text;
  add(text, "name", lmp.name);
  add(text, "version", lmp.version);
  add(text, "summary", lmp.summary);
  add(text, "maintainer", lmp.maintainer);
  add(text, "license", lmp.license);
  add(text, "tree", lmp.tree.string());
  add(text, "targets", lmp.targets().empty() ? "any" : base::join(lmp.targets(), ", "));
  for (const auto& list : lmp.lists) {
    const std::string condition = list.when.empty() ? std::string() : fmt::format(" when {}", list.when);
    const std::string of = fmt::format(" ({}{})", list.target, condition);
    if (!list.packages.empty()) add(text, "packages", base::join(list.packages, ", ") + of);
    if (!list.nfsroot_packages.empty()) add(text, "nfsroot", base::join(list.nfsroot_packages, ", ") + of);
  }
  for (const auto& file : lmp.files) {
    add(text, "file",
        fmt::format("{} ({:04o} {}:{}{}{})", file.path, file.mode, file.owner, file.group,
                    file.expanded ? ", template" : "", file.secret ? ", secret" : ""));
  }
  add(text, "scripts", listed(lmp.scripts));
  add(text, "agents", listed(lmp.agents));
  add(text, "modules", listed(lmp.modules));
  for (const auto& question : lmp.questions) {
    const std::string choices =
        question.choices.empty() ? "" : fmt::format(" of {}", base::join(question.choices, ", "));
    add(text, "question",
        fmt::format("{} ({}{}, default '{}')", question.name, question.type, choices, question.standard));
  }
  if (!lmp.description.empty()) text += "\n" + lmp.description + "\n";
  return text;
}

}  // namespace lucie::lmp
