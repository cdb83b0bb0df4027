#include "universe/solver.hpp"

#include <algorithm>
#include <deque>
#include <tuple>

namespace lucie::universe {
namespace {

/// The members of "a | b | c", in order.
std::vector<Id> alternatives(::Pool* pool, Id dependency) {
  std::vector<Id> members;
  while (ISRELDEP(dependency) && GETRELDEP(pool, dependency)->flags == REL_OR) {
    members.push_back(GETRELDEP(pool, dependency)->name);
    dependency = GETRELDEP(pool, dependency)->evr;
  }
  members.push_back(dependency);
  return members;
}

Id name_of(::Pool* pool, Id dependency) {
  while (ISRELDEP(dependency)) dependency = GETRELDEP(pool, dependency)->name;
  return dependency;
}

/// Walks dependencies as apt does when nothing is in the way. libsolv alone would choose among alternatives
/// by the order of its own numbers.
class Preference {
 public:
  explicit Preference(const PackagePool& pool)
      : pool_(pool), chosen_(static_cast<std::size_t>(pool.get()->nsolvables), false) {}

  std::vector<Id> walk(const std::vector<Request>& requests) {
    for (const Request& request : requests) want(request.dependency);
    for (std::size_t next = 0; next < found_.size(); ++next)
      for (const Id dependency : pool_.requirements(found_[next])) want(dependency);
    return std::move(found_);
  }

 private:
  void want(Id dependency) {
    const auto taken = [this](Id package) { return chosen_[static_cast<std::size_t>(package)]; };
    if (std::ranges::any_of(pool_.providers(dependency), taken)) return;
    for (const Id member : alternatives(pool_.get(), dependency)) {
      const Id package = best(member);
      if (package == 0) continue;
      chosen_[static_cast<std::size_t>(package)] = true;
      found_.push_back(package);
      return;
    }
  }

  /// The best provider: of that very name, of high rank, the candidate of its name, first by name.
  Id best(Id dependency) const {
    const Id name = name_of(pool_.get(), dependency);
    const auto worth = [&](Id package) {
      const ::Solvable& solvable = pool_.get()->solvables[package];
      return std::make_tuple(solvable.name != name, static_cast<int>(pool_.rank(package)),
                             pool_.candidate(solvable.name) != package, pool_.name(package));
    };
    const std::vector<Id> packages = pool_.providers(dependency);
    const auto found = std::ranges::min_element(packages, {}, worth);
    return found == packages.end() ? 0 : *found;
  }

  const PackagePool& pool_;
  std::vector<bool> chosen_;
  std::vector<Id> found_;
};

std::vector<Request> make_requests(const PackagePool& pool, const std::vector<std::string>& names) {
  std::vector<Request> requests;
  for (const Id name : pool.base()) requests.push_back({name, true});
  for (const std::string& name : names) requests.push_back({parse_wanted(pool.get(), name), false});
  return requests;
}

std::vector<Reason> missing(const PackagePool& pool, const std::vector<Request>& requests) {
  std::vector<Reason> reasons;
  for (const Request& request : requests)
    if (pool.providers(request.dependency).empty())
      reasons.push_back(explain_missing(pool, request.dependency));
  return reasons;
}

void fill_jobs(const PackagePool& pool, const std::vector<Request>& requests, IdQueue& jobs) {
  for (const Request& request : requests)
    jobs.push(SOLVER_INSTALL | selection_of(pool, request.dependency), request.dependency);
  // dnf's choice is libsolv's own.
  if (pool.format() == PackageFormat::rpm) return;
  for (const Id package : Preference(pool).walk(requests)) jobs.push(SOLVER_FAVOR | SOLVER_SOLVABLE, package);
}

std::vector<Id> installed(const PackagePool& pool, ::Solver* solver) {
  IdQueue decisions;
  solver_get_decisionqueue(solver, decisions.get());
  std::vector<std::pair<std::string, Id>> named;
  for (const Id decision : decisions)
    if (decision > 0 && decision != SYSTEMSOLVABLE) named.emplace_back(pool.id_of(decision), decision);
  std::ranges::sort(named);
  std::vector<Id> packages;
  for (const auto& [name, package] : named) packages.push_back(package);
  return packages;
}

}  // namespace

int selection_of(const PackagePool& pool, Id dependency) {
  const Id name = name_of(pool.get(), dependency);
  const bool alternative = alternatives(pool.get(), dependency).size() > 1;
  return !alternative && pool.candidate(name) != 0 ? SOLVER_SOLVABLE_NAME : SOLVER_SOLVABLE_PROVIDES;
}

Answer solve(const PackagePool& pool, const std::vector<std::string>& names) {
  const std::vector<Request> requests = make_requests(pool, names);
  Answer answer;
  answer.reasons = missing(pool, requests);
  if (!answer.reasons.empty()) return answer;
  IdQueue jobs;
  fill_jobs(pool, requests, jobs);
  const SolverPointer solver(solver_create(pool.get()));
  solver_set_flag(solver.get(), SOLVER_FLAG_IGNORE_RECOMMENDED, 1);
  answer.installable = solver_solve(solver.get(), jobs.get()) == 0;
  if (answer.installable) {
    answer.packages = installed(pool, solver.get());
  } else {
    answer.reasons = explain(pool, solver.get(), requests);
  }
  return answer;
}

}  // namespace lucie::universe
