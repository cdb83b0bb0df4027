#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/relations.hpp"

namespace lucie::metapackage {
namespace {

class Orderer {
 public:
  Orderer(const std::vector<Lmp>& lmps, const std::vector<Relation>& relations, std::vector<Fault>& faults)
      : relations_(relations), faults_(faults) {
    for (const Lmp& lmp : lmps) known_.push_back(lmp.name);
  }

  void add_service(const std::string& service) {
    if (is_known(service)) {
      wanted_.insert(service);
      return;
    }
    const std::string meant = base::did_you_mean(service, known_);
    fault(fmt::format("service '{}' has no LMP", service),
          meant.empty() ? fmt::format("install the package 'lmp-{}'", service) : meant);
  }

  /// Adds what the wanted LMPs depend on, until nothing is missing.
  void add_dependencies() {
    for (bool grown = true; grown;) {
      grown = false;
      for (const Relation& relation : relations_) {
        if (relation.kind != Relation::Kind::depends || !wanted_.contains(relation.from)) continue;
        grown = satisfy(relation) || grown;
      }
    }
  }

  void report_conflicts() {
    for (const Relation& relation : relations_) {
      if (relation.kind != Relation::Kind::conflict || !relation.when.empty()) continue;
      if (!wanted_.contains(relation.from) || !wanted_.contains(relation.to)) continue;
      const std::string why =
          relation.evidence.empty() ? std::string() : ": " + relation.evidence.back().text;
      fault(fmt::format("services '{}' and '{}' exclude each other{}", relation.from, relation.to, why),
            fmt::format("'lmp explain {} {}' tells more", relation.from, relation.to));
    }
  }

  std::vector<std::string> ordered() {
    for (const std::string& name : wanted_) visit(name);
    return std::move(order_);
  }

 private:
  void fault(std::string message, std::string hint) {
    faults_.push_back({{}, std::move(message), std::move(hint)});
  }

  bool is_known(const std::string& name) const {
    return std::find(known_.begin(), known_.end(), name) != known_.end();
  }

  static std::vector<std::string> alternatives(const Relation& relation) {
    std::vector<std::string> names;
    for (const std::string& name : base::split(relation.to, '|')) names.emplace_back(base::trim(name));
    return names;
  }

  /// True when an LMP was added for this dependency.
  bool satisfy(const Relation& relation) {
    const std::vector<std::string> names = alternatives(relation);
    for (const std::string& name : names) {
      if (wanted_.contains(name)) return false;
    }
    for (const std::string& name : names) {
      if (is_known(name)) return wanted_.insert(name).second;
    }
    const std::string message =
        fmt::format("LMP '{}' needs '{}', which is not there", relation.from, relation.to);
    const bool told = std::any_of(faults_.begin(), faults_.end(),
                                  [&](const Fault& fault) { return fault.message == message; });
    if (!told) fault(message, fmt::format("install the package 'lmp-{}'", names.front()));
    return false;
  }

  std::vector<std::string> needs(const std::string& name) const {
    std::set<std::string> found;
    for (const Relation& relation : relations_) {
      if (relation.kind != Relation::Kind::depends || relation.from != name) continue;
      for (const std::string& other : alternatives(relation)) {
        if (wanted_.contains(other)) found.insert(other);
      }
    }
    return {found.begin(), found.end()};
  }

  /// Why each comes after the next.
  std::vector<std::string> reasons(const std::vector<std::string>& cycle) const {
    std::vector<std::string> found;
    for (std::size_t i = 0; i + 1 < cycle.size(); ++i) {
      const auto relation = std::ranges::find_if(relations_, [&](const Relation& one) {
        const std::vector<std::string> names = alternatives(one);
        return one.kind == Relation::Kind::depends && one.from == cycle[i] && !one.evidence.empty() &&
               std::ranges::find(names, cycle[i + 1]) != names.end();
      });
      found.push_back(relation == relations_.end() ? fmt::format("{} needs {}", cycle[i], cycle[i + 1])
                                                   : relation->evidence.front().text);
    }
    return found;
  }

  /// Depth first, so that what is needed comes before; names decide between equals.
  void visit(const std::string& name) {
    if (std::find(order_.begin(), order_.end(), name) != order_.end()) return;
    const auto again = std::find(path_.begin(), path_.end(), name);
    if (again != path_.end()) {
      std::vector<std::string> cycle(again, path_.end());
      cycle.push_back(name);
      fault(fmt::format("the scripts' order runs in a circle: {}", base::join(cycle, " after ")),
            fmt::format("one of these must go: {}", base::join(reasons(cycle), "; ")));
      return;
    }
    path_.push_back(name);
    for (const std::string& other : needs(name)) visit(other);
    path_.pop_back();
    if (std::find(order_.begin(), order_.end(), name) == order_.end()) order_.push_back(name);
  }

  const std::vector<Relation>& relations_;
  std::vector<Fault>& faults_;
  std::vector<std::string> known_, order_, path_;
  std::set<std::string> wanted_;
};

}  // namespace

std::vector<std::string> order_lmps(const std::vector<std::string>& services, const std::vector<Lmp>& lmps,
                                    const std::vector<Relation>& relations, std::vector<Fault>& faults) {
  Orderer orderer(lmps, relations, faults);
  for (const std::string& service : services) orderer.add_service(service);
  orderer.add_dependencies();
  orderer.report_conflicts();
  return orderer.ordered();
}

}  // namespace lucie::metapackage
