#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/prover.hpp"

namespace lucie::metapackage {
namespace {

bool is_for(const PackageList& list, const std::string& target) {
  return list.target == target || list.target == "any";
}

std::vector<std::string> all_packages(const PackageList& list) {
  std::vector<std::string> packages = list.packages;
  packages.insert(packages.end(), list.nfsroot_packages.begin(), list.nfsroot_packages.end());
  return packages;
}

bool same_server(const config::PackageServer& left, const config::PackageServer& right) {
  return left.target == right.target && left.kind == right.kind && left.uris == right.uris &&
         left.suite == right.suite && left.components == right.components &&
         left.signed_by == right.signed_by && left.trusted == right.trusted &&
         left.priority == right.priority;
}

}  // namespace

PackageOrigins package_origins(const std::vector<Lmp>& lmps, const std::string& target) {
  PackageOrigins found;
  for (const Lmp& lmp : lmps) {
    for (const config::PackageServer& server : lmp.servers) {
      const bool known = std::ranges::count(found.servers, server.name, &config::PackageServer::name) > 0;
      if (server.target == target && !known) found.servers.push_back(server);
    }
    for (const PackageList& list : lmp.lists) {
      if (list.package_server.empty() || !is_for(list, target)) continue;
      for (const std::string& package : all_packages(list)) {
        for (const std::string& name : bare_names(package)) found.origins.emplace(name, list.package_server);
      }
    }
  }
  return found;
}

void Prover::prove_server(const Lmp& lmp, const PackageList& list, const std::string& target,
                          const std::set<std::string>& told) {
  const std::vector<std::string> servers = universe(target).servers();
  if (std::ranges::find(servers, list.package_server) == servers.end()) {
    const std::string meant = base::did_you_mean(list.package_server, servers);
    proof_.faults.push_back(
        {list.server_position,
         fmt::format("package server '{}' is not known for {}", list.package_server, target),
         meant.empty() ? "define it in the cluster's definitions, or beside this list" : meant});
    return;
  }
  for (const std::string& package : all_packages(list)) {
    if (told.contains(package)) continue;
    const std::vector<std::string> names = bare_names(package);
    const bool there = std::ranges::any_of(names, [&](const std::string& name) {
      return universe(target).offered_by(list.package_server, name);
    });
    if (!there && universe(target).offers(names.front())) {
      proof_.faults.push_back({list.places.at(package),
                               fmt::format("package '{}' of '{}' is not offered by package server '{}'",
                                           package, lmp.name, list.package_server),
                               "other servers have it: give it a list of its own"});
    }
  }
}

/// The packages of the list that another list takes from another server: a fault each.
std::set<std::string> Prover::taken_elsewhere(const PackageList& list, const std::string& target,
                                              Origins& origins) {
  std::set<std::string> packages;
  for (const std::string& package : all_packages(list)) {
    for (const std::string& name : bare_names(package)) {
      const auto [first, fresh] = origins.emplace(std::pair(target, name), &list);
      if (fresh || first->second->package_server == list.package_server) continue;
      if (!packages.insert(package).second) continue;
      proof_.faults.push_back({list.places.at(package),
                               fmt::format("package '{}' is taken from '{}' here and from '{}' elsewhere",
                                           name, list.package_server, first->second->package_server),
                               fmt::format("the other list is at {}:{}", first->second->position.file,
                                           first->second->position.line)});
    }
  }
  return packages;
}

void Prover::prove_servers() {
  std::map<std::string, const config::PackageServer*> defined;
  Origins origins;
  for (const Lmp& lmp : collection_) {
    for (const config::PackageServer& server : lmp.servers) {
      const auto [first, fresh] = defined.emplace(server.name, &server);
      if (fresh || same_server(*first->second, server)) continue;
      proof_.faults.push_back(
          {server.position,
           fmt::format("package server '{}' is defined otherwise by another LMP", server.name),
           fmt::format("the other definition is at {}:{}", first->second->position.file,
                       first->second->position.line)});
    }
    for (const std::string& target : targets(lmp)) {
      for (const PackageList& list : lmp.lists) {
        if (list.package_server.empty() || !is_for(list, target)) continue;
        prove_server(lmp, list, target, taken_elsewhere(list, target, origins));
      }
    }
  }
}

}  // namespace lucie::metapackage
