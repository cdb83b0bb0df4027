#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/claims.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

/// One claim on a path with whose it is.
struct Holder {
  const Lmp* lmp;
  const NodeFile* file;
  std::uint64_t value = 0;
};

std::string variant_name(const std::string& name) {
  return name.empty() ? "DEFAULT" : name;
}

/// The first line in which two texts differ, from 1.
std::size_t first_difference(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::size_t line = 0;
  while (line < left.size() && line < right.size() && left[line] == right[line]) ++line;
  return line + 1;
}

Evidence line_evidence(const std::filesystem::path& file, const std::vector<std::string>& lines,
                       std::size_t number) {
  if (number > lines.size()) number = lines.size();
  return {file.string(), static_cast<int>(number), lines[number - 1]};
}

/// The place where the contents of a variant that both have part.
bool differing_lines(const Holder& left, const Holder& right, std::vector<Evidence>& evidence) {
  for (const auto& [name, source] : left.file->variants) {
    const auto other = right.file->variants.find(name);
    if (other == right.file->variants.end()) continue;
    const auto one = base::split(*left.lmp->texts->read(source), '\n');
    const auto two = base::split(*right.lmp->texts->read(other->second), '\n');
    if (one == two) continue;
    const std::size_t line = first_difference(one, two);
    evidence.push_back(line_evidence(source, one, line));
    evidence.push_back(line_evidence(other->second, two, line));
    return true;
  }
  return false;
}

Evidence whole_file(const Holder& holder) {
  const NodeFile& file = *holder.file;
  std::vector<std::string> names;
  for (const auto& [name, source] : file.variants) names.push_back(variant_name(name));
  const std::string facts =
      fmt::format("{} owned by {}:{}, mode {:04o}{}{}", file.path, file.owner, file.group, file.mode,
                  names.size() > 1 ? ", variants " + base::join(names, ", ") : std::string(),
                  file.secret ? ", a secret" : "");
  if (file.position.known()) return {file.position.file, file.position.line, facts};
  const std::string source = file.variants.empty() ? std::string() : file.variants.begin()->second.string();
  return {source, source.empty() ? 0 : 1, facts};
}

Relation conflict_over(const Holder& left, const Holder& right) {
  Relation relation{.kind = Relation::Kind::conflict, .from = left.lmp->name, .to = right.lmp->name};
  relation.rule = 1;
  if (!differing_lines(left, right, relation.evidence)) {
    relation.evidence = {whole_file(left), whole_file(right)};
  }
  relation.evidence.push_back({{},
                               0,
                               fmt::format("{} and {} bring different content for {}", left.lmp->name,
                                           right.lmp->name, left.file->path)});
  return relation;
}

bool share_a_target(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::any_of(left.begin(), left.end(), [&](const std::string& target) {
    return std::find(right.begin(), right.end(), target) != right.end();
  });
}

}  // namespace

void Prover::prove_paths() {
  std::map<std::string, std::vector<Holder>> holders;
  for (const Lmp& lmp : collection_) {
    for (const NodeFile& file : lmp.files) holders[file.path].push_back({&lmp, &file});
  }
  // A claim is made of the file's content, which is read for it: only where there is another one.
  for (auto& [path, claims] : holders) {
    if (claims.size() == 1) continue;
    for (Holder& holder : claims) holder.value = path_claim(*holder.lmp, *holder.file).value;
  }
  std::set<std::pair<const Lmp*, const Lmp*>> known;  // one conflict over a path is enough to say so
  for (const auto& [path, claims] : holders) {
    for (std::size_t i = 0; i < claims.size(); ++i) {
      for (std::size_t j = i + 1; j < claims.size(); ++j) {
        if (claims[i].value == claims[j].value) continue;
        if (!share_a_target(targets(*claims[i].lmp), targets(*claims[j].lmp))) continue;
        if (!known.emplace(claims[i].lmp, claims[j].lmp).second) continue;
        proof_.relations.push_back(conflict_over(claims[i], claims[j]));
      }
    }
  }
}

}  // namespace lucie::metapackage
