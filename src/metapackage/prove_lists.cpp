#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

/// Where an LMP's manifest asks for a package.
Position place_of(const Lmp& lmp, const std::string& target, const std::string& package) {
  for (const PackageList& list : lmp.lists) {
    if (list.target != target && list.target != "any") continue;
    const auto found = list.places.find(package);
    if (found != list.places.end()) return found->second;
  }
  return lmp.position;
}

std::string chain(const std::vector<universe::Reason>& reasons) {
  std::string text;
  for (const universe::Reason& reason : reasons) text += "\n  " + reason.text;
  return text;
}

Position list_position(const Lmp& lmp, const std::string& target, const std::string& when) {
  for (const PackageList& list : lmp.lists) {
    if ((list.target == target || list.target == "any") && list.when == when) return list.position;
  }
  return lmp.position;
}

/// The list's lines that a chain begins with, then the chain.
std::vector<Evidence> pair_evidence(const Lmp& left, const Lmp& right, const std::string& target,
                                    const universe::Verdict& verdict) {
  std::vector<Evidence> evidence;
  const auto add_requests = [&](const Lmp& lmp) {
    const std::size_t before = evidence.size();
    for (const std::string& package : lmp.packages(target)) {
      const bool named =
          std::any_of(verdict.reasons.begin(), verdict.reasons.end(), [&](const universe::Reason& reason) {
            return reason.kind == universe::Reason::Kind::requested && reason.dependency == package;
          });
      if (!named) continue;
      const Position place = place_of(lmp, target, package);
      evidence.push_back({place.file, place.line, fmt::format("{} asks for {}", lmp.name, package)});
    }
    if (evidence.size() > before) return;
    const Position place = list_position(lmp, target, {});
    evidence.push_back({place.file, place.line,
                        fmt::format("{} asks for {}", lmp.name, base::join(lmp.packages(target), ", "))});
  };
  add_requests(left);
  add_requests(right);
  for (const universe::Reason& reason : verdict.reasons) {
    if (reason.kind != universe::Reason::Kind::requested) evidence.push_back({{}, 0, reason.text});
  }
  return evidence;
}

std::string joined_conditions(const Lmp& left, const ListCase& one, const Lmp& right, const ListCase& two) {
  std::vector<std::string> conditions;
  if (!one.when.empty()) conditions.push_back(left.name + "/" + one.when);
  if (!two.when.empty()) conditions.push_back(right.name + "/" + two.when);
  return base::join(conditions, " and ");
}

}  // namespace

std::vector<std::string> bare_names(const std::string& wanted) {
  std::vector<std::string> names;
  for (const std::string& alternative : base::split(wanted, '|')) {
    const std::string_view trimmed = base::trim(alternative);
    names.emplace_back(base::trim(trimmed.substr(0, trimmed.find_first_of(" (="))));
  }
  return names;
}

bool Prover::check_names(const Lmp& lmp, const std::string& target,
                         const std::vector<std::string>& packages) {
  bool all_known = true;
  for (const std::string& package : packages) {
    const std::vector<std::string> names = bare_names(package);
    const bool known = std::any_of(names.begin(), names.end(),
                                   [&](const std::string& name) { return universe(target).offers(name); });
    if (known) continue;
    all_known = false;
    proof_.faults.push_back({place_of(lmp, target, package),
                             fmt::format("package '{}' is not in {}", package, target),
                             base::did_you_mean(names.front(), universe(target).names())});
  }
  return all_known;
}

void Prover::find_excluded(const Lmp& lmp, const std::string& target, const universe::Verdict& verdict) {
  for (const std::string& name : universe(target).excluded_by(verdict.packages)) {
    const bool own = std::any_of(verdict.packages.begin(), verdict.packages.end(),
                                 [&](const universe::Package& package) { return package.name == name; });
    if (!own) excluded_[{lmp.name, target}].push_back(name);
  }
}

void Prover::prove_list(const Lmp& lmp, const std::string& target, ListCase& list) {
  if (!check_names(lmp, target, list.packages)) return;
  const Closure& closed = closure(target, list.packages);
  if (closed.unreadable) {
    proof_.faults.push_back(*closed.unreadable);
    proof_.faults.back().where = list_position(lmp, target, list.when);
    return;
  }
  const universe::Verdict& verdict = closed.verdict;
  list.installable = verdict.installable;
  if (!verdict.installable) {
    proof_.faults.push_back({list_position(lmp, target, list.when),
                             fmt::format("the package list of '{}' cannot be installed in {}:{}", lmp.name,
                                         target, chain(verdict.reasons)),
                             {}});
  } else if (list.when.empty()) {
    find_excluded(lmp, target, verdict);
  }
}

void Prover::prove_nfsroot(const Lmp& lmp, const std::string& target) {
  const std::vector<std::string> packages = lmp.nfsroot_packages(target);
  if (packages.empty() || !check_names(lmp, target, packages)) return;
  const universe::Verdict verdict = universe(target).solve(packages);
  if (verdict.installable) return;
  proof_.faults.push_back({place_of(lmp, target, packages.front()),
                           fmt::format("the nfsroot_packages of '{}' cannot be installed in {}:{}", lmp.name,
                                       target, chain(verdict.reasons)),
                           {}});
}

void Prover::prove_lists() {
  for (const Lmp& lmp : collection_) {
    for (const std::string& target : targets(lmp)) {
      const auto found = cases_.find({lmp.name, target});
      if (found == cases_.end()) continue;
      for (ListCase& list : found->second) prove_list(lmp, target, list);
      prove_nfsroot(lmp, target);
    }
    // Only what is excluded in every target may become a conflict of the package.
    std::vector<std::string> everywhere = excluded_[{lmp.name, targets(lmp).front()}];
    std::sort(everywhere.begin(), everywhere.end());
    for (const std::string& target : targets(lmp)) {
      const auto& here = excluded_[{lmp.name, target}];
      std::erase_if(everywhere, [&](const std::string& name) {
        return std::find(here.begin(), here.end(), name) == here.end();
      });
    }
    everywhere.erase(std::unique(everywhere.begin(), everywhere.end()), everywhere.end());
    if (!everywhere.empty()) proof_.excluded[lmp.name] = everywhere;
  }
}

void Prover::prove_pair(const Lmp& left, const Lmp& right) {
  const std::vector<std::string> shared = shared_targets(left, right);
  std::map<std::string, std::vector<Relation>> found;  // by condition
  for (const std::string& target : shared) {
    bool always = false;
    for (const ListCase& one : cases_[{left.name, target}]) {
      for (const ListCase& two : cases_[{right.name, target}]) {
        if (!one.installable || !two.installable || always) continue;
        const universe::Verdict verdict = universe(target).solve_pair(one.packages, two.packages);
        if (verdict.installable) continue;
        Relation relation{.kind = Relation::Kind::conflict, .from = left.name, .to = right.name};
        relation.rule = 2;
        relation.target = target;
        relation.when = joined_conditions(left, one, right, two);
        relation.evidence = pair_evidence(left, right, target, verdict);
        always = relation.when.empty();
        found[relation.when].push_back(std::move(relation));
      }
    }
  }
  for (auto& [when, relations] : found) {
    if (relations.size() == shared.size()) {  // in every target: one relation says it
      relations.resize(1);
      relations.front().target.clear();
    }
    proof_.relations.insert(proof_.relations.end(), relations.begin(), relations.end());
  }
}

}  // namespace lucie::metapackage
