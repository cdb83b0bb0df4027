#include <algorithm>
#include <fmt/format.h>
#include <future>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

std::string chain(const std::vector<universe::Reason>& reasons) {
  std::string text;
  for (const universe::Reason& reason : reasons) text += "\n  " + reason.text;
  return text;
}

}  // namespace

Position place_of(const Lmp& lmp, const std::string& target, const std::string& package) {
  for (const PackageList& list : lmp.lists) {
    if (list.target != target && list.target != "any") continue;
    const auto found = list.places.find(package);
    if (found != list.places.end()) return found->second;
  }
  return lmp.position;
}

Position list_position(const Lmp& lmp, const std::string& target, const std::string& when) {
  for (const PackageList& list : lmp.lists) {
    if ((list.target == target || list.target == "any") && list.when == when) return list.position;
  }
  return lmp.position;
}

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

void Prover::prove_list(const Lmp& lmp, const std::string& target, ListCase& list) {
  if (!check_names(lmp, target, list.packages)) return;
  const Closure& closed = closure(target, list.packages);
  const Position where = list_position(lmp, target, list.when);
  if (closed.unreadable) {
    proof_.faults.push_back(*closed.unreadable);
    proof_.faults.back().where = where;
    return;
  }
  list.installable = closed.installable;
  if (!closed.installable) {
    proof_.faults.push_back({where,
                             fmt::format("the package list of '{}' cannot be installed in {}:{}", lmp.name,
                                         target, chain(closed.verdict->reasons)),
                             {}});
  } else if (list.question.empty()) {
    excluded_[{lmp.name, target}] = closed.verdict->excluded;
  }
}

/// Tells each universe what it will be asked for, and lets all of them work on it at once. Meanwhile their
/// lists of files are had, which is asked for last.
void Prover::prepare_universes() {
  struct Questions {
    std::set<std::string> names;
    std::vector<const std::vector<std::string>*> lists;
  };
  std::map<universe::Universe*, Questions> questions;
  for (const Lmp& lmp : collection_) {
    for (const std::string& target : targets(lmp)) {
      const auto found = cases_.find({lmp.name, target});
      if (found == cases_.end()) continue;
      Questions& of_target = questions[&universe(target)];
      for (const ListCase& list : found->second) {
        of_target.names.insert(list.packages.begin(), list.packages.end());
        of_target.lists.push_back(&list.packages);
      }
      for (std::string& name : lmp.nfsroot_packages(target)) of_target.names.insert(std::move(name));
    }
  }
  std::vector<std::future<void>> working;
  for (const auto& [asked, of_target] : questions) {
    working.push_back(std::async(std::launch::async, [asked = asked, &of_target = of_target] {
      asked->prepare({of_target.names.begin(), of_target.names.end()});
      for (const std::vector<std::string>* list : of_target.lists) {
        try {
          asked->closure(*list);
        } catch (const Error&) {  // told when the list is proved
        }
      }
    }));
  }
  if (std::ranges::any_of(collection_, &Lmp::uses_files)) {
    working.push_back(std::async(std::launch::async, [&questions] {
      for (const auto& [asked, of_target] : questions) asked->why_no_contents();
    }));
  }
  for (std::future<void>& work : working) work.get();
}

void Prover::prove_nfsroot(const Lmp& lmp, const std::string& target) {
  const std::vector<std::string> packages = lmp.nfsroot_packages(target);
  if (packages.empty() || !check_names(lmp, target, packages)) return;
  const Closure& closed = closure(target, packages);
  if (closed.installable) return;
  const Position where = place_of(lmp, target, packages.front());
  if (closed.unreadable) {
    proof_.faults.push_back(*closed.unreadable);
    proof_.faults.back().where = where;
    return;
  }
  proof_.faults.push_back({where,
                           fmt::format("the nfsroot_packages of '{}' cannot be installed in {}:{}", lmp.name,
                                       target, chain(closed.verdict->reasons)),
                           {}});
}

void Prover::prove_lists() {
  prepare_universes();
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

}  // namespace lucie::metapackage
