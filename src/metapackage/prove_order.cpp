#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/needs.hpp"

namespace lucie::metapackage {
namespace {

/// Finds circles of dependencies that nothing can avoid in a target (empty: in any): without alternatives,
/// for every answer.
class CircleFinder {
 public:
  CircleFinder(Proof& proof, const std::string& target) : proof_(proof), target_(target) {
    for (const Relation& relation : proof.relations) {
      const bool here = relation.target.empty() || relation.target == target;
      const bool sure = relation.when.empty() && relation.to.find('|') == std::string::npos;
      if (relation.kind == Relation::Kind::depends && here && sure)
        needs_[relation.from].push_back(&relation);
    }
  }

  void find() {
    for (const auto& [name, relations] : needs_) visit(name);
  }

 private:
  void visit(const std::string& name) {
    if (done_.contains(name)) return;
    const auto again = std::ranges::find(path_, name);
    if (again != path_.end()) return report({again, path_.end()});
    path_.push_back(name);
    const auto needed = needs_.find(name);
    if (needed != needs_.end()) {
      for (const Relation* relation : needed->second) visit(relation->to);
    }
    path_.pop_back();
    done_.insert(name);
  }

  /// A circle that is there in every target is told once.
  void report(std::vector<std::string> circle) {
    circle.push_back(circle.front());
    const std::string message =
        fmt::format("the scripts' order runs in a circle: {}", base::join(circle, " after "));
    if (std::ranges::count(proof_.faults, message, &Fault::message) > 0) return;
    Fault fault{{}, target_.empty() ? message : fmt::format("{} in {}", message, target_), {}};
    std::vector<std::string> reasons;
    for (const Relation* relation : needs_.at(circle[0])) {
      if (relation->to != circle[1] || relation->evidence.empty()) continue;
      const Evidence& first = relation->evidence.front();
      fault.where = {first.file, first.line, 0};
    }
    for (std::size_t i = 0; i + 1 < circle.size(); ++i) reasons.push_back(reason(circle[i], circle[i + 1]));
    fault.hint = fmt::format("one of these must go: {}", base::join(reasons, "; "));
    proof_.faults.push_back(std::move(fault));
  }

  std::string reason(const std::string& from, const std::string& to) const {
    for (const Relation* relation : needs_.at(from)) {
      if (relation->to == to && !relation->evidence.empty()) return relation->evidence.front().text;
    }
    return from + " needs " + to;
  }

  Proof& proof_;
  const std::string& target_;
  std::map<std::string, std::vector<const Relation*>> needs_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
};

}  // namespace

void Prover::prove_needs(const std::filesystem::path& cache) {
  NeedProver(collection_, *this).prove(cache);
}

void Prover::prove_order() {
  std::set<std::string> targets = {""};
  for (const auto& [name, of_lmp] : targets_) targets.insert(of_lmp.begin(), of_lmp.end());
  for (const std::string& target : targets) CircleFinder(proof_, target).find();
}

std::vector<std::string> packages_with(const Lmp& lmp, const std::string& target,
                                       const std::map<std::string, std::string>& answers) {
  std::set<std::string> packages;
  for (const PackageList& list : lmp.lists) {
    if (list.target != target && list.target != "any") continue;
    const std::string question = parse_condition(list.when).question;
    if (answers.contains(question) && !condition_holds(list.when, answers)) continue;
    packages.insert(list.packages.begin(), list.packages.end());
  }
  return {packages.begin(), packages.end()};
}

}  // namespace lucie::metapackage
