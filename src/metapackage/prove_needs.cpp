#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/needs.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/records.hpp"
#include "metapackage/script_batch.hpp"

namespace lucie::metapackage {
namespace {

using universe::Contents;

std::string names_of(const std::vector<Provider>& providers) {
  std::vector<std::string> names;
  for (const Provider& provider : providers) names.push_back(provider.lmp->name);
  return base::join(names, " | ");
}

/// What the programs of one LMP do.
struct ReadScripts {
  std::vector<Use> uses;
  std::vector<Fault> faults, notes;
};

/// Some LMPs together, so that few runs of shfmt read all.
std::vector<ReadScripts> read_scripts(std::span<const Lmp> collection, const std::filesystem::path& cache) {
  constexpr std::size_t at_once = 16;
  ScriptCache readings(cache);
  std::vector<ReadScripts> scripts(collection.size());
  in_parallel((collection.size() + at_once - 1) / at_once, [&](std::size_t number) {
    const std::size_t first = number * at_once, end = std::min(first + at_once, collection.size());
    const ScriptBatch batch(collection.subspan(first, end - first), readings);
    for (std::size_t place = first; place < end; ++place)
      scripts[place].uses =
          lmp_uses(collection[place], scripts[place].faults, scripts[place].notes, readings);
  });
  readings.save();
  return scripts;
}

/// The condition of the LMP that needs with that of the one that provides.
std::string both(const std::string& needing, const std::string& providing) {
  return needing.empty() || providing.empty() ? needing + providing : needing + " and " + providing;
}

}  // namespace

std::vector<std::string> paths_of(const Use& use) {
  if (use.name.starts_with('/')) return {Contents::folded(use.name)};
  return Contents::program_paths(use.name);
}

NeedProver::NeedProver(const std::vector<Lmp>& collection, Prover& prover)
    : collection_(collection), prover_(prover) {
  for (const Relation& relation : prover.proof().relations) {
    const bool everywhere = relation.when.empty() && relation.target.empty();
    if (relation.kind != Relation::Kind::conflict || !everywhere) continue;
    exclusive_.insert(std::minmax(relation.from, relation.to));
  }
}

void NeedProver::prove(const std::filesystem::path& cache) {
  std::vector<ReadScripts> scripts = read_scripts(collection_, cache);
  for (std::size_t place = 0; place < collection_.size(); ++place) {
    std::ranges::move(scripts[place].faults, std::back_inserter(prover_.proof().faults));
    std::ranges::move(scripts[place].notes, std::back_inserter(prover_.proof().notes));
    uses_ = std::move(scripts[place].uses);
    if (!uses_.empty()) prove_lmp(collection_[place]);
  }
}

void NeedProver::prove_lmp(const Lmp& lmp) {
  answers_ = possible_answers(lmp, uses_);
  found_.clear();
  for (const std::string& target : prover_.targets(lmp)) prove_target(lmp, target);
  add_relations(lmp);
}

void NeedProver::prove_target(const Lmp& lmp, const std::string& target) {
  const std::string why_missing = prover_.universe(target).why_no_contents();
  if (why_missing.empty()) {
    for (const Use& use : uses_) prove_use(lmp, target, use);
    return;
  }
  add_recorded(lmp, target);
  if (!told_.insert(target).second) return;
  prover_.proof().warnings.push_back(
      {{},
       fmt::format("nobody knows which packages of {} have which files: {}", target, why_missing),
       "what scripts need is left out, but for what packages of LMPs recorded when they were built"});
}

bool NeedProver::has_file(const Lmp& lmp, const Use& use) const {
  const std::vector<std::string> paths = paths_of(use);
  return std::ranges::any_of(lmp.files, [&](const NodeFile& file) {
    return std::ranges::find(paths, Contents::folded(file.path)) != paths.end();
  });
}

/// True when the LMP itself makes what it uses, anywhere.
bool NeedProver::makes(const Use& use) const {
  const std::vector<std::string> paths = paths_of(use);
  return std::ranges::any_of(uses_, [&](const Use& other) {
    return other.deed == Use::Deed::makes &&
           std::ranges::find(paths, Contents::folded(other.name)) != paths.end();
  });
}

bool NeedProver::has_package(const Lmp& lmp, const std::string& target, const Answers& answers,
                             const std::vector<std::string>& packages) const {
  const Closure& closure = prover_.closure(target, packages_with(lmp, target, answers));
  return std::ranges::any_of(packages, [&](const std::string& name) { return closure.names.contains(name); });
}

void NeedProver::prove_use(const Lmp& lmp, const std::string& target, const Use& use) {
  if (use.deed == Use::Deed::makes || has_file(lmp, use) || makes(use)) return;
  universe::Universe& universe = prover_.universe(target);
  Need need{use, target, {}, {}};
  need.owners =
      use.name.starts_with('/') ? universe.owners_of_file(use.name) : universe.owners_of_program(use.name);
  if (need.owners.always) return;
  const auto in_base = [&](const std::string& name) { return prover_.in_base_set(target, name); };
  if (std::ranges::any_of(need.owners.packages, in_base)) return;
  std::erase_if(need.owners.packages, [&](const std::string& name) { return !universe.has_candidate(name); });
  for (const Answers& answers : answers_) {
    if (!conditions_hold(use.conditions, answers)) continue;
    // A list that cannot be installed at all has its own fault.
    if (!prover_.closure(target, packages_with(lmp, target, answers)).installable) return;
    if (!has_package(lmp, target, answers, need.owners.packages)) need.unmet.push_back(answers);
  }
  if (!need.unmet.empty()) prove_need(lmp, need);
}

bool NeedProver::excludes(const Lmp& left, const Lmp& right) const {
  return exclusive_.contains(std::minmax(left.name, right.name));
}

/// True when the LMP brings the file itself, or its lists name, for some answers, a package that has it.
bool NeedProver::asks_for(const Lmp& lmp, const Need& need) const {
  if (has_file(lmp, need.use)) return true;
  const auto& owners = need.owners.packages;
  return std::ranges::any_of(lmp.lists, [&](const PackageList& list) {
    if (list.target != need.target && list.target != "any") return false;
    return std::ranges::any_of(list.packages, [&](const std::string& wanted) {
      return std::ranges::any_of(bare_names(wanted), [&](const std::string& name) {
        return std::ranges::find(owners, name) != owners.end();
      });
    });
  });
}

/// Those of the candidates that always have it; if there are none, those that have it for some answers.
std::vector<Provider> NeedProver::providers_among(const std::vector<const Lmp*>& candidates,
                                                  const Need& need) const {
  std::vector<Provider> sure, perhaps;
  for (const Lmp* other : candidates) {
    const std::vector<Answers> all = possible_answers(*other, {});
    std::vector<Answers> holding;
    for (const Answers& answers : all) {
      if (has_file(*other, need.use) || has_package(*other, need.target, answers, need.owners.packages))
        holding.push_back(answers);
    }
    if (holding.empty()) continue;
    (holding.size() == all.size() ? sure : perhaps)
        .push_back({other, cases_in_words(other->name, all, holding)});
  }
  return sure.empty() ? perhaps : sure;
}

/// Those that ask for it. Only when there is none, those whose packages happen to need it.
std::vector<Provider> NeedProver::providers(const Lmp& lmp, const Need& need) const {
  std::vector<const Lmp*> asking, others;
  for (const Lmp& other : collection_) {
    const auto& targets = prover_.targets(other);
    if (&other == &lmp || std::ranges::find(targets, need.target) == targets.end()) continue;
    if (!excludes(lmp, other)) (asks_for(other, need) ? asking : others).push_back(&other);
  }
  std::vector<Provider> found = providers_among(asking, need);
  return found.empty() ? providers_among(others, need) : found;
}

void NeedProver::prove_need(const Lmp& lmp, const Need& need) {
  const std::vector<Provider> found = providers(lmp, need);
  if (found.empty()) {
    if (!need.owners.packages.empty()) return add_fault(lmp, need);
    prover_.proof().notes.push_back({need.use.position,
                                     fmt::format("'{}' {} '{}', which nothing in {} owns", lmp.name,
                                                 in_words(need.use.deed), need.use.name, need.target),
                                     {}});
    return;
  }
  const bool sure = found.front().when == std::vector<std::string>{""};
  const auto add = [&](const std::vector<Provider>& providers, const std::string& providing) {
    for (const std::string& needing : cases_in_words(lmp.name, answers_, need.unmet)) {
      Found& relation = found_[{names_of(providers), both(needing, providing)}];
      if (relation.targets.empty() || relation.targets.back() != need.target) {
        relation.targets.push_back(need.target);
      }
      for (Evidence& one : evidence(lmp, need, providers)) {
        const bool known = std::ranges::any_of(relation.evidence, [&](const Evidence& other) {
          return other.file == one.file && other.line == one.line && other.text == one.text;
        });
        if (!known) relation.evidence.push_back(std::move(one));
      }
    }
  };
  if (sure) return add(found, "");
  for (const Provider& provider : found) {
    for (const std::string& providing : provider.when) add({provider}, providing);
  }
}

void NeedProver::add_relations(const Lmp& lmp) {
  for (auto& [key, found] : found_) {
    const auto& [to, when] = key;
    std::size_t shared = 0;  // targets that the LMP has in common with any that provides it
    for (const std::string& target : prover_.targets(lmp)) {
      for (const Lmp& other : collection_) {
        const auto& targets = prover_.targets(other);
        const bool provides = (" " + to + " ").find(" " + other.name + " ") != std::string::npos;
        if (!provides || std::ranges::find(targets, target) == targets.end()) continue;
        ++shared;
        break;
      }
    }
    const bool everywhere = found.targets.size() == shared;
    for (const std::string& target : everywhere ? std::vector<std::string>{""} : found.targets) {
      Relation relation{.kind = Relation::Kind::depends, .from = lmp.name, .to = to, .target = target};
      relation.when = when;
      relation.rule = 3;
      relation.evidence = found.evidence;
      prover_.proof().relations.push_back(std::move(relation));
    }
  }
}

void NeedProver::add_recorded(const Lmp& lmp, const std::string& target) {
  for (Relation& relation : recorded_relations(lmp)) {
    const bool here = relation.target.empty() || relation.target == target;
    const bool known = std::ranges::any_of(prover_.proof().relations, [&](const Relation& other) {
      return other.rule == 3 && other.from == relation.from && other.to == relation.to &&
             other.target == relation.target && other.when == relation.when;
    });
    if (relation.rule == 3 && relation.from == lmp.name && here && !known) {
      prover_.proof().relations.push_back(std::move(relation));
    }
  }
}

}  // namespace lucie::metapackage
