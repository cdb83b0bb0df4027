#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "universe/solver.hpp"

/// libsolv gives the rules that contradict each other as a heap; this makes a chain of them that a person can
/// follow: what was asked for, what that depends on, and what stands against it at the end.
namespace lucie::universe {
namespace {

constexpr std::size_t most_named = 4;

bool excludes(SolverRuleinfo type) {
  return type == SOLVER_RULE_PKG_CONFLICTS || type == SOLVER_RULE_PKG_SAME_NAME ||
         type == SOLVER_RULE_PKG_OBSOLETES || type == SOLVER_RULE_PKG_IMPLICIT_OBSOLETES ||
         type == SOLVER_RULE_PKG_SELF_CONFLICT;
}

/// The versions offered of the names in a dependency that nothing meets.
std::vector<std::string> offered_instead(const PackagePool& pool, Id dependency) {
  if (!ISRELDEP(dependency)) return {};
  const ::Reldep relation = *GETRELDEP(pool.get(), dependency);
  if (relation.flags == REL_OR) {
    std::vector<std::string> found = offered_instead(pool, relation.name);
    for (std::string& other : offered_instead(pool, relation.evr)) found.push_back(std::move(other));
    return found;
  }
  const bool rich = pool.format() == PackageFormat::rpm && relation.flags > (REL_LT | REL_EQ | REL_GT);
  const Id best = rich || ISRELDEP(relation.name) ? 0 : pool.candidate(relation.name);
  return best == 0 ? std::vector<std::string>{} : std::vector<std::string>{pool.shown(best)};
}

std::string not_offered(const PackagePool& pool, Id dependency) {
  const std::vector<std::string> instead = offered_instead(pool, dependency);
  const std::string found = instead.empty() ? "" : fmt::format(" (there is {})", base::join(instead, ", "));
  return "but no package provides it" + found;
}

Contradiction contradiction_of(::Solver* solver, Id problem) {
  Contradiction found;
  IdQueue ids;
  solver_findallproblemrules(solver, problem, ids.get());
  for (const Id id : ids) {
    const int job = solver_rule2jobidx(solver, id);
    if (job > 0) found.requests.insert(static_cast<std::size_t>(job - 1) / 2);
    IdQueue infos;
    solver_allruleinfos(solver, id, infos.get());
    for (int i = 0; i + 3 < infos.size(); i += 4) {
      // Of the rules of a job `from` is no package but the job's place in the queue.
      if ((infos[i] & 0xff00) != SOLVER_RULE_PKG) continue;
      found.rules.push_back(
          {static_cast<SolverRuleinfo>(infos[i]), infos[i + 1], infos[i + 2], infos[i + 3]});
    }
  }
  return found;
}

class Explanation {
 public:
  Explanation(const PackagePool& pool, const std::vector<Request>& requests)
      : pool_(pool), requests_(requests) {}

  void tell(const Contradiction& contradiction) {
    rules_ = contradiction.rules;
    jobs_ = contradiction.requests;
    visited_.clear();
    // The newest version of a package speaks for all of its versions.
    std::ranges::stable_sort(rules_, [this](const Rule& left, const Rule& right) {
      return std::make_tuple(pool_.name(left.from)) < std::make_tuple(pool_.name(right.from)) ||
             (pool_.name(left.from) == pool_.name(right.from) && newer(left.from, right.from));
    });
    tell_requests();
    tell_exclusions();
  }

  std::vector<Reason> take() { return std::move(reasons_); }

 private:
  bool newer(Id left, Id right) const {
    const ::Solvable* const all = pool_.get()->solvables;
    return pool_evrcmp(pool_.get(), all[left].evr, all[right].evr, EVRCMP_COMPARE) > 0;
  }

  std::vector<Id> newest_first(Id dependency) const {
    std::vector<Id> providers;
    for (const Id member : pool_.members(dependency)) {
      for (const Id package : pool_.providers(member))
        if (std::ranges::count(providers, package) == 0) providers.push_back(package);
    }
    std::ranges::stable_sort(providers, [this](Id left, Id right) { return newer(left, right); });
    return providers;
  }

  /// What was asked for comes first, the base set after it.
  void tell_requests() {
    for (const bool base : {false, true}) {
      for (const std::size_t job : jobs_) {
        if (job >= requests_.size() || requests_[job].base != base) continue;
        tell_request(requests_[job]);
      }
    }
  }

  void tell_request(const Request& request) {
    const std::string what = pool_.text(request.dependency);
    const std::vector<Id> providers = newest_first(request.dependency);
    std::string text =
        request.base ? fmt::format("the base set contains {}", what) : fmt::format("{} was asked for", what);
    text += provided_by(request.dependency, providers);
    add(Reason::Kind::requested, 0, request.dependency, 0, text, 0);
    for (const Id package : providers) visit(package);
  }

  /// Tells what `package` depends on, as far as the problem has to do with it, and goes on from there.
  void visit(Id package) {
    if (!visited_.insert(package).second) return;
    for (const Rule& rule : rules_) {
      if (rule.from != package) continue;
      const std::string what = rule.dependency == 0 ? "" : pool_.text(rule.dependency);
      if (rule.type == SOLVER_RULE_PKG_REQUIRES) {
        const std::vector<Id> providers = newest_first(rule.dependency);
        add(Reason::Kind::depends, package, rule.dependency, 0,
            fmt::format("{} depends on {}{}", pool_.shown(package), what,
                        provided_by(rule.dependency, providers)),
            0);
        for (const Id provider : providers) visit(provider);
      } else if (rule.type == SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP) {
        add(Reason::Kind::nothing_provides, package, rule.dependency, 0,
            fmt::format("{} depends on {}, {}", pool_.shown(package), what,
                        not_offered(pool_, rule.dependency)),
            0);
      } else if (rule.type == SOLVER_RULE_PKG_NOT_INSTALLABLE) {
        add(Reason::Kind::other, package, 0, 0,
            fmt::format("{} is not for this architecture", pool_.shown(package)), 0);
      }
    }
  }

  void tell_exclusions() {
    for (const Rule& rule : rules_)
      if (rule.type == SOLVER_RULE_PKG_CONFLICTS) tell_exclusion(rule);
    for (const Rule& rule : rules_)
      if (excludes(rule.type)) tell_exclusion(rule);
  }

  void tell_exclusion(const Rule& rule) {
    std::pair<std::string, std::string> names(pool_.name(rule.from), pool_.name(rule.to));
    if (names.second < names.first) std::swap(names.first, names.second);
    if (!excluded_.insert(names).second) return;
    if (rule.type == SOLVER_RULE_PKG_CONFLICTS) {
      add(Reason::Kind::conflicts, rule.from, rule.dependency, rule.to,
          fmt::format("{} conflicts with {}", pool_.shown(rule.from), met_by(rule)), rule.to);
    } else if (rule.type == SOLVER_RULE_PKG_OBSOLETES) {
      add(Reason::Kind::obsoletes, rule.from, rule.dependency, rule.to,
          fmt::format("{} replaces {}", pool_.shown(rule.from), met_by(rule)), rule.to);
    } else if (rule.type == SOLVER_RULE_PKG_SELF_CONFLICT) {
      add(Reason::Kind::conflicts, rule.from, rule.dependency, rule.from,
          fmt::format("{} conflicts with {}, which it provides itself", pool_.shown(rule.from),
                      pool_.text(rule.dependency)),
          rule.from);
    } else {
      add(Reason::Kind::same_name, rule.from, 0, rule.to,
          fmt::format("{} and {} cannot be installed together: they are versions of one package",
                      pool_.shown(rule.from), pool_.shown(rule.to)),
          rule.to);
    }
  }

  /// The other side of a conflict: "time-daemon, provided by ntpsec 1.2.2", "b (<< 2): b 1.0", "b 1.0".
  std::string met_by(const Rule& rule) const {
    const std::string what = pool_.text(rule.dependency), name = pool_.name(rule.to);
    if (what == name) return pool_.shown(rule.to);
    if (what.starts_with(name + " ")) return fmt::format("{}: {}", what, pool_.shown(rule.to));
    return fmt::format("{}, provided by {}", what, pool_.shown(rule.to));
  }

  /// ", provided by a 1 or b 2"; nothing when only packages of that name meet it. `providers`: newest first.
  std::string provided_by(Id dependency, const std::vector<Id>& providers) const {
    std::vector<std::string> named;
    std::set<std::string> names;
    for (const Id package : providers)
      if (names.insert(pool_.name(package)).second) named.push_back(pool_.shown(package));
    const std::string what = pool_.text(dependency);
    const bool any_is_enough = !ISRELDEP(dependency) || pool_.members(dependency).size() == 1 ||
                               GETRELDEP(pool_.get(), dependency)->flags == REL_OR;
    if (!any_is_enough) return "";
    if (names.empty() || (names.size() == 1 && what.substr(0, what.find(' ')) == *names.begin())) return "";
    std::ranges::sort(named);
    if (named.size() > most_named) {
      const std::size_t more = named.size() - most_named;
      named.resize(most_named);
      return fmt::format(", provided by {} and {} more", base::join(named, ", "), more);
    }
    return ", provided by " + base::join(named, " or ");
  }

  void add(Reason::Kind kind, Id package, Id dependency, Id other, std::string text, Id against) {
    const std::string name = package == 0 ? "" : pool_.name(package);
    const std::string what = dependency == 0 ? "" : pool_.text(dependency);
    if (!told_.insert({kind, name, what, against == 0 ? "" : pool_.name(against)}).second) return;
    reasons_.push_back({kind, package == 0 ? "" : pool_.id_of(package), what,
                        other == 0 ? "" : pool_.id_of(other), std::move(text)});
  }

  const PackagePool& pool_;
  const std::vector<Request>& requests_;
  std::vector<Rule> rules_;
  std::set<std::size_t> jobs_;
  std::set<Id> visited_;
  std::set<std::pair<std::string, std::string>> excluded_;
  std::set<std::tuple<Reason::Kind, std::string, std::string, std::string>> told_;
  std::vector<Reason> reasons_;
};

}  // namespace

std::vector<Reason> explain(const PackagePool& pool, const std::vector<Contradiction>& contradictions,
                            const std::vector<Request>& requests) {
  Explanation explanation(pool, requests);
  for (const Contradiction& contradiction : contradictions) explanation.tell(contradiction);
  return explanation.take();
}

std::vector<Reason> explain(const PackagePool& pool, ::Solver* solver, const std::vector<Request>& requests) {
  std::vector<Contradiction> contradictions;
  const int problems = static_cast<int>(solver_problem_count(solver));
  for (Id problem = 1; problem <= problems; ++problem)
    contradictions.push_back(contradiction_of(solver, problem));
  return explain(pool, contradictions, requests);
}

Reason explain_missing(const PackagePool& pool, Id dependency) {
  const std::string what = pool.text(dependency);
  return {Reason::Kind::nothing_provides, "", what, "",
          fmt::format("{} was asked for, {}", what, not_offered(pool, dependency))};
}

}  // namespace lucie::universe
