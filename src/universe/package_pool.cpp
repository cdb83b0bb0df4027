#include "universe/package_pool.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>

namespace lucie::universe {
namespace {

/// Carries packages from one pool into another; strings are shared by no two pools, so ids are translated.
class Copier {
 public:
  Copier(::Pool* from, ::Pool* to) : from_(from), to_(to) {}

  Id copy(Id package, ::Repo* repo) {
    const Id copied = repo_add_solvable(repo);
    const ::Solvable& source = from_->solvables[package];
    ::Solvable& target = to_->solvables[copied];
    target.name = translate(source.name);
    target.arch = translate(source.arch);
    target.evr = translate(source.evr);
    target.dep_provides = copy_list(source, source.dep_provides, repo);
    target.dep_obsoletes = copy_list(source, source.dep_obsoletes, repo);
    target.dep_conflicts = copy_list(source, source.dep_conflicts, repo);
    target.dep_requires = copy_list(source, source.dep_requires, repo);
    return copied;
  }

 private:
  Id translate(Id id) {
    if (id == 0) return 0;
    if (!ISRELDEP(id)) return pool_str2id(to_, pool_id2str(from_, id), 1);
    const ::Reldep relation = *GETRELDEP(from_, id);
    return pool_rel2id(to_, translate(relation.name), translate(relation.evr), relation.flags, 1);
  }

  ::Offset copy_list(const ::Solvable& source, ::Offset list, ::Repo* repo) {
    ::Offset copied = 0;
    if (list == 0) return copied;
    for (const Id* id = source.repo->idarraydata + list; *id != 0; ++id)
      copied = repo_addid(repo, copied, translate(*id));
    return copied;
  }

  ::Pool* from_;
  ::Pool* to_;
};

}  // namespace

PackagePool::PackagePool(const std::string& architecture, PackageFormat format)
    : architecture_(architecture), format_(format), pool_(make_pool(architecture, format)) {}

void PackagePool::finish(const std::vector<std::string>& base) {
  // Rpms may depend on a file, which whoever has it provides.
  if (format_ == PackageFormat::rpm) pool_addfileprovides(pool_.get());
  pool_createwhatprovides(pool_.get());
  if (ranks_.empty()) find_ranks();
  rank_base(base);
  find_base();
}

void PackagePool::rank_base(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const Id id = pool_str2id(pool_.get(), name.c_str(), 0);
    if (id == 0) continue;
    for (const Id package : providers(id))
      if (pool_->solvables[package].name == id) ranks_[static_cast<std::size_t>(package)] = Rank::base;
  }
}

void PackagePool::find_ranks() {
  ranks_.assign(static_cast<std::size_t>(pool_->nsolvables), Rank::optional);
  const Id key = pool_str2id(pool_.get(), rank_key, 1);
  ::Dataiterator found;
  dataiterator_init(&found, pool_.get(), nullptr, 0, key, nullptr, 0);
  while (dataiterator_step(&found) != 0)
    ranks_[static_cast<std::size_t>(found.solvid)] = static_cast<Rank>(found.kv.num);
  dataiterator_free(&found);
}

void PackagePool::find_base() {
  std::map<std::string, Id> names;
  for (std::size_t package = 2; package < ranks_.size(); ++package) {
    const ::Solvable& solvable = pool_->solvables[package];
    if (ranks_[package] != Rank::base || solvable.repo == nullptr) continue;
    if (candidate(solvable.name) == static_cast<Id>(package))
      names[pool_id2str(pool_.get(), solvable.name)] = solvable.name;
  }
  base_.clear();
  for (const auto& [name, id] : names) base_.push_back(id);
}

Rank PackagePool::rank(Id package) const {
  const auto index = static_cast<std::size_t>(package);
  return index < ranks_.size() ? ranks_[index] : Rank::optional;
}

Id PackagePool::candidate(Id name) const {
  Id best = 0;
  for (const Id package : providers(name)) {
    const ::Solvable& solvable = pool_->solvables[package];
    if (solvable.name == name && (best == 0 || better(package, best))) best = package;
  }
  return best;
}

/// Rpms of one version may be there for several architectures of the machine: its own comes first.
bool PackagePool::better(Id package, Id other) const {
  const ::Solvable &one = pool_->solvables[package], &two = pool_->solvables[other];
  const int priority = one.repo->priority - two.repo->priority;
  if (priority != 0) return priority > 0;
  const int version = pool_evrcmp(pool_.get(), one.evr, two.evr, EVRCMP_COMPARE);
  if (version != 0 || format_ == PackageFormat::deb) return version > 0;
  return pool_arch2score(pool_.get(), one.arch) < pool_arch2score(pool_.get(), two.arch);
}

std::vector<Id> PackagePool::providers(Id dependency) const {
  std::vector<Id> packages;
  for (const Id* package = pool_whatprovides_ptr(pool_.get(), dependency); *package != 0; ++package)
    if (*package != SYSTEMSOLVABLE) packages.push_back(*package);
  return packages;
}

std::vector<Id> PackagePool::requirements(Id package) const {
  IdQueue ids;
  solvable_lookup_deparray(pool_->solvables + package, SOLVABLE_REQUIRES, ids.get(), 0);
  std::vector<Id> requirements;
  for (const Id id : ids)
    if (id != SOLVABLE_PREREQMARKER) requirements.push_back(id);
  return requirements;
}

std::vector<Id> PackagePool::conflicts(Id package) const {
  IdQueue ids;
  solvable_lookup_deparray(pool_->solvables + package, SOLVABLE_CONFLICTS, ids.get(), 0);
  return {ids.begin(), ids.end()};
}

std::vector<Id> PackagePool::obsoletes(Id package) const {
  IdQueue ids;
  solvable_lookup_deparray(pool_->solvables + package, SOLVABLE_OBSOLETES, ids.get(), 0);
  return {ids.begin(), ids.end()};
}

bool PackagePool::depends_on_company(Id package) const {
  if (format_ == PackageFormat::deb) return false;
  const auto conditional = [this](Id dependency) {
    return ISRELDEP(dependency) && GETRELDEP(pool_, dependency)->flags > (REL_LT | REL_EQ | REL_GT);
  };
  return std::ranges::any_of(requirements(package), conditional) ||
         std::ranges::any_of(conflicts(package), conditional);
}

std::string PackagePool::id_of(Id package) const {
  return pool_solvid2str(pool_.get(), package);
}

std::string PackagePool::shown(Id package) const {
  return fmt::format("{} {}", name(package), pool_id2str(pool_.get(), pool_->solvables[package].evr));
}

std::string PackagePool::name(Id package) const {
  return pool_id2str(pool_.get(), pool_->solvables[package].name);
}

std::string PackagePool::text(Id dependency) const {
  if (!ISRELDEP(dependency)) return pool_id2str(pool_.get(), dependency);
  if (format_ == PackageFormat::rpm) return pool_dep2str(pool_.get(), dependency);
  const ::Reldep relation = *GETRELDEP(pool_.get(), dependency);
  if (relation.flags == REL_OR) return text(relation.name) + " | " + text(relation.evr);
  if (relation.flags == REL_MULTIARCH) return text(relation.name) + ":" + text(relation.evr);
  static const std::map<int, const char*> operators{
      {REL_EQ, "="}, {REL_LT, "<<"}, {REL_GT, ">>"}, {REL_LT | REL_EQ, "<="}, {REL_GT | REL_EQ, ">="}};
  const auto found = operators.find(relation.flags);
  if (found == operators.end()) return pool_dep2str(pool_.get(), dependency);
  return fmt::format("{} ({} {})", text(relation.name), found->second, text(relation.evr));
}

void PackagePool::add_members(Id dependency, std::vector<Id>& members) const {
  const ::Reldep* const relation = ISRELDEP(dependency) ? GETRELDEP(pool_.get(), dependency) : nullptr;
  const int flags = relation == nullptr ? 0 : relation->flags;
  const bool rich =
      flags == REL_AND || flags == REL_OR || flags == REL_COND || flags == REL_UNLESS || flags == REL_ELSE;
  if (!rich) return members.push_back(dependency);
  add_members(relation->name, members);
  add_members(relation->evr, members);
}

std::vector<Id> PackagePool::members(Id dependency) const {
  std::vector<Id> members;
  add_members(dependency, members);
  return members;
}

std::vector<Id> PackagePool::closure(const std::vector<Id>& roots) const {
  std::vector<bool> seen(static_cast<std::size_t>(pool_->nsolvables), false);
  std::vector<Id> found;
  const std::function<void(Id)> add = [&](Id dependency) {
    for (const Id member : members(dependency)) {
      const std::vector<Id> packages = providers(member);
      for (const Id package : packages) {
        if (seen[static_cast<std::size_t>(package)]) continue;
        seen[static_cast<std::size_t>(package)] = true;
        found.push_back(package);
      }
      // What is offered instead of what nobody has: reasons name it.
      if (packages.empty() && ISRELDEP(member)) add(GETRELDEP(pool_, member)->name);
    }
  };
  for (const Id name : base_) add(name);
  for (const Id root : roots) add(root);
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const Id dependency : requirements(found[next])) add(dependency);
  std::ranges::sort(found);
  return found;
}

void PackagePool::intern_names(const std::vector<Id>& packages, ::Pool* into) const {
  std::set<Id> names;
  for (const Id package : packages) names.insert(pool_->solvables[package].name);
  for (const Id name : names) pool_str2id(into, pool_id2str(pool_.get(), name), 1);
}

PackagePool PackagePool::subset(const std::vector<Id>& packages, std::vector<Id>& originals) const {
  PackagePool result(architecture_, format_);
  intern_names(packages, result.get());
  Copier copier(pool_.get(), result.get());
  std::map<const ::Repo*, ::Repo*> repos;
  originals.clear();
  for (const Id package : packages) {
    const ::Repo* const source = pool_->solvables[package].repo;
    ::Repo*& repo = repos[source];
    if (repo == nullptr) {
      repo = repo_create(result.get(), source->name);
      repo->priority = source->priority;
    }
    const auto copied = static_cast<std::size_t>(copier.copy(package, repo));
    originals.resize(copied + 1, 0);
    originals[copied] = package;
    result.ranks_.resize(copied + 1, Rank::optional);
    result.ranks_[copied] = rank(package);
  }
  for (const auto& [source, repo] : repos) repo_internalize(repo);
  result.finish();
  return result;
}

}  // namespace lucie::universe
