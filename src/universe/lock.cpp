#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "universe/pool.hpp"

namespace lucie::universe {
namespace {

using nlohmann::json;

json package_to_json(const Package& package) {
  return {{"name", package.name}, {"version", package.version}, {"architecture", package.architecture},
          {"file", package.file}, {"sha256", package.sha256},   {"size", package.size},
          {"uris", package.uris}};
}

json packages_to_json(const std::vector<Package>& packages) {
  json list = json::array();
  for (const Package& package : packages) list.push_back(package_to_json(package));
  return list;
}

Package package_from_json(const json& value) {
  return {value.at("name"),   value.at("version"), value.at("architecture"), value.at("file"),
          value.at("sha256"), value.at("size"),    value.at("uris")};
}

std::vector<Package> packages_from_json(const json& list) {
  std::vector<Package> packages;
  for (const json& value : list) packages.push_back(package_from_json(value));
  return packages;
}

json set_to_json(const LockedSet& set) {
  return {{"installer", set.installer},
          {"services", set.services},
          {"lmps", set.lmps},
          {"wanted", set.wanted},
          {"packages", packages_to_json(set.packages)},
          {"conditions", set.conditions}};
}

json installer_to_json(const LockedInstaller& installer) {
  json sets = json::array();
  for (const LockedSet& set : installer.sets) sets.push_back(set_to_json(set));
  return {{"installer", installer.installer},
          {"target", installer.target},
          {"identity", installer.identity},
          {"base", packages_to_json(installer.base)},
          {"nfsroot", packages_to_json(installer.nfsroot)},
          {"sets", sets}};
}

LockedInstaller installer_from_json(const json& value) {
  LockedInstaller installer;
  installer.installer = value.at("installer");
  installer.target = value.at("target");
  installer.identity = value.at("identity");
  installer.base = packages_from_json(value.at("base"));
  installer.nfsroot = packages_from_json(value.at("nfsroot"));
  for (const json& set : value.at("sets"))
    installer.sets.push_back({set.at("installer"), set.at("services"), set.at("lmps"), set.at("wanted"),
                              packages_from_json(set.at("packages")),
                              set.value("conditions", std::map<std::string, bool>())});
  return installer;
}

}  // namespace

std::string to_json(const Lock& lock) {
  json installers = json::array();
  for (const LockedInstaller& installer : lock.installers) installers.push_back(installer_to_json(installer));
  return json{{"version", 1}, {"installers", installers}}.dump(1) + "\n";
}

Lock lock_from_json(const std::string& text) {
  try {
    const json root = json::parse(text);
    if (root.at("version") != 1) throw Error("the lock was written by another version of Lucie");
    Lock lock;
    for (const json& installer : root.at("installers"))
      lock.installers.push_back(installer_from_json(installer));
    return lock;
  } catch (const json::exception& error) {
    Error wrong(fmt::format("the lock cannot be read: {}", error.what()));
    wrong.hint("write it anew with `lucie-setup lock`");
    throw wrong;
  }
}

std::string Lock::hash() const {
  return base::sha256_hex(to_json(*this));
}

std::vector<Package> Lock::packages(const std::string& target) const {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Package> found;
  const auto add = [&](const std::vector<Package>& packages) {
    for (const Package& package : packages)
      found.emplace(std::make_tuple(package.name, package.version, package.architecture, package.sha256),
                    package);
  };
  for (const LockedInstaller& installer : installers) {
    if (installer.target != target) continue;
    add(installer.base);
    add(installer.nfsroot);
    for (const LockedSet& set : installer.sets) add(set.packages);
  }
  std::vector<Package> packages;
  for (auto& [key, package] : found) packages.push_back(std::move(package));
  return packages;
}

}  // namespace lucie::universe
