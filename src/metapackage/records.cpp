#include "metapackage/records.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/files.hpp"
#include "metapackage/claims.hpp"

namespace lucie::metapackage {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json number_or_null(int number) {
  return number > 0 ? Json(number) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

using Kind = universe::Reason::Kind;
constexpr std::pair<Kind, const char*> solver_rules[] = {
    {Kind::depends, "depends"},     {Kind::conflicts, "conflicts"},
    {Kind::obsoletes, "obsoletes"}, {Kind::nothing_provides, "provides"},
    {Kind::same_name, "same_name"}, {Kind::requested, "requested"},
    {Kind::other, "other"},
};

Json to_json(const universe::Reason& reason) {
  const auto* rule =
      std::ranges::find(solver_rules, reason.kind, [](const auto& pair) { return pair.first; });
  return {{"rule", rule->second},
          {"package", text_or_null(reason.package)},
          {"dependency", text_or_null(reason.dependency)},
          {"other", text_or_null(reason.other)}};
}

Json to_json(const Evidence& evidence) {
  return {{"file", text_or_null(evidence.file)},
          {"line", number_or_null(evidence.line)},
          {"text", evidence.text},
          {"solver", evidence.solver ? to_json(*evidence.solver) : Json(nullptr)}};
}

Json to_json(const Relation& relation) {
  Json json = {{"kind", relation.kind == Relation::Kind::conflict ? "conflict" : "depends"},
               {"from", relation.from},
               {"to", relation.to},
               {"target", text_or_null(relation.target)},
               {"when", text_or_null(relation.when)},
               {"rule", relation.rule},
               {"evidence", Json::array()}};
  for (const Evidence& evidence : relation.evidence) json["evidence"].push_back(to_json(evidence));
  return json;
}

Json to_json(const LmpSet& set) {
  Json json = {{"lmps", set.lmps},
               {"target", text_or_null(set.target)},
               {"when", text_or_null(set.when)},
               {"evidence", Json::array()}};
  for (const Evidence& evidence : set.evidence) json["evidence"].push_back(to_json(evidence));
  return json;
}

Json to_json(const Fault& fault) {
  return {{"file", text_or_null(fault.where.file)},
          {"line", number_or_null(fault.where.line)},
          {"column", number_or_null(fault.where.column)},
          {"message", fault.message},
          {"hint", text_or_null(fault.hint)}};
}

/// "/home/me/lmps/mpi/lmp.conf" as "mpi/lmp.conf".
std::string without_place(const std::string& file, const std::vector<Lmp>& collection) {
  for (const Lmp& lmp : collection) {
    const std::string tree = lmp.tree.string() + "/";
    if (file.starts_with(tree)) return lmp.name + "/" + file.substr(tree.size());
  }
  return file;
}

/// True when the relation is about the LMP; in "a | b" each alternative counts.
bool names(const Relation& relation, const std::string& lmp) {
  return relation.from == lmp || (" " + relation.to + " ").find(" " + lmp + " ") != std::string::npos;
}

std::string text_of(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<universe::Reason> solver_from(const nlohmann::json& evidence) {
  const auto solver = evidence.find("solver");
  if (solver == evidence.end() || !solver->is_object()) return {};
  const auto* rule =
      std::ranges::find(solver_rules, text_of(*solver, "rule"), [](const auto& pair) { return pair.second; });
  return universe::Reason{.kind = rule == std::end(solver_rules) ? Kind::other : rule->first,
                          .package = text_of(*solver, "package"),
                          .dependency = text_of(*solver, "dependency"),
                          .other = text_of(*solver, "other"),
                          .text = text_of(evidence, "text")};
}

Relation relation_from(const nlohmann::json& json) {
  Relation relation;
  relation.kind = text_of(json, "kind") == "depends" ? Relation::Kind::depends : Relation::Kind::conflict;
  relation.from = text_of(json, "from");
  relation.to = text_of(json, "to");
  relation.target = text_of(json, "target");
  relation.when = text_of(json, "when");
  relation.rule = json.value("rule", 0);
  for (const auto& evidence : json.at("evidence")) {
    const auto line = evidence.find("line");
    relation.evidence.push_back({text_of(evidence, "file"),
                                 line != evidence.end() && line->is_number() ? line->get<int>() : 0,
                                 text_of(evidence, "text"), solver_from(evidence)});
  }
  return relation;
}

Json list_to_json(const PackageList& list) {
  return {{"target", list.target},
          {"when", text_or_null(list.when)},
          {"package_server", text_or_null(list.package_server)},
          {"packages", list.packages},
          {"nfsroot_packages", list.nfsroot_packages}};
}

Json file_to_json(const NodeFile& file) {
  Json json = {{"path", file.path},         {"mode", fmt::format("{:04o}", file.mode)},
               {"owner", file.owner},       {"group", file.group},
               {"template", file.expanded}, {"secret", file.secret},
               {"variants", Json::array()}};
  for (const auto& [name, source] : file.variants)
    json["variants"].push_back(name.empty() ? "DEFAULT" : name);
  return json;
}

Json names_of(const std::vector<std::filesystem::path>& programs) {
  Json json = Json::array();
  for (const auto& program : programs) json.push_back(program.filename().string());
  return json;
}

}  // namespace

std::string check_record(const std::vector<Lmp>& lmps, const Proof& proof, bool sets_asked) {
  Json json = {{"version", 1}, {"lmps", Json::array()}, {"relations", Json::array()}};
  for (const Lmp& lmp : lmps) json["lmps"].push_back(lmp.name);
  for (const Relation& relation : proof.relations) json["relations"].push_back(to_json(relation));
  if (sets_asked) json["sets"] = Json::array();
  for (const LmpSet& set : proof.sets) json["sets"].push_back(to_json(set));
  const std::pair<const char*, const std::vector<Fault>*> lists[] = {
      {"faults", &proof.faults}, {"warnings", &proof.warnings}, {"notes", &proof.notes}};
  for (const auto& [name, faults] : lists) {
    json[name] = Json::array();
    for (const Fault& fault : *faults) json[name].push_back(to_json(fault));
  }
  return dump(json);
}

std::vector<Relation> relations_of(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection) {
  std::vector<Relation> relations;
  for (const Relation& relation : proof.relations) {
    if (names(relation, lmp.name)) relations.push_back(relation);
  }
  for (Relation& relation : relations) {
    for (Evidence& evidence : relation.evidence) evidence.file = without_place(evidence.file, collection);
  }
  return relations;
}

std::string relations_record(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection) {
  Json json = {{"version", 1},
               {"lmp", lmp.name},
               {"universes", Json::object()},
               {"relations", Json::array()},
               {"excluded_packages", Json::array()},
               {"paths", Json::array()}};
  for (const auto& [target, identity] : proof.identities) json["universes"][target] = identity;
  for (const Relation& relation : relations_of(lmp, proof, collection)) {
    json["relations"].push_back(to_json(relation));
  }
  const auto excluded = proof.excluded.find(lmp.name);
  if (excluded != proof.excluded.end()) json["excluded_packages"] = excluded->second;
  for (const PathClaim& claim : path_claims(lmp)) {
    json["paths"].push_back({{"path", claim.path},
                             {"capability", path_capability(claim.path)},
                             {"value", std::to_string(claim.value)}});
  }
  return dump(json);
}

std::vector<Relation> recorded_relations(const Lmp& lmp) {
  const auto file = lmp.tree / "relations.json";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  try {
    const auto json = nlohmann::json::parse(base::read_file(file));
    if (json.at("version") != 1) throw Error("relations of an unknown version");
    std::vector<Relation> relations;
    for (const auto& relation : json.at("relations")) relations.push_back(relation_from(relation));
    return relations;
  } catch (const nlohmann::json::exception&) {
    throw Error("it is no record of relations")
        .at({file.string(), 0, 0})
        .hint(fmt::format("install the package 'lmp-{}' again", lmp.name));
  }
}

std::string lmp_record(const Lmp& lmp) {
  Json json = {{"version", 1},
               {"lmp",
                {{"name", lmp.name},
                 {"version", lmp.version},
                 {"summary", lmp.summary},
                 {"description", lmp.description},
                 {"maintainer", lmp.maintainer},
                 {"license", lmp.license},
                 {"tree", lmp.tree.string()},
                 {"targets", lmp.targets()},
                 {"package_lists", Json::array()},
                 {"files", Json::array()},
                 {"scripts", names_of(lmp.scripts)},
                 {"agents", names_of(lmp.agents)},
                 {"modules", names_of(lmp.modules)},
                 {"questions", Json::array()}}},
               {"relations", Json::array()}};
  for (const PackageList& list : lmp.lists) json["lmp"]["package_lists"].push_back(list_to_json(list));
  for (const NodeFile& file : lmp.files) json["lmp"]["files"].push_back(file_to_json(file));
  for (const Question& question : lmp.questions) {
    json["lmp"]["questions"].push_back({{"name", question.name},
                                        {"type", question.type},
                                        {"default", question.standard},
                                        {"choices", question.choices},
                                        {"summary", question.summary}});
  }
  for (const Relation& relation : recorded_relations(lmp)) json["relations"].push_back(to_json(relation));
  return dump(json);
}

std::string list_record(const std::vector<Lmp>& lmps) {
  Json json = {{"version", 1}, {"lmps", Json::array()}};
  for (const Lmp& lmp : lmps) {
    json["lmps"].push_back({{"name", lmp.name},
                            {"version", lmp.version},
                            {"summary", lmp.summary},
                            {"tree", lmp.tree.string()}});
  }
  return dump(json);
}

std::string repository_record(const RepositoryChange& change, const std::string& repository) {
  const auto packages = [](const std::vector<PublishedPackage>& all) {
    Json json = Json::array();
    for (const PublishedPackage& package : all) {
      json.push_back({{"name", package.name},
                      {"version", package.version},
                      {"architecture", package.architecture},
                      {"format", package.format},
                      {"file", package.file}});
    }
    return json;
  };
  return dump({{"version", 1},
               {"repository", repository},
               {"added", packages(change.added)},
               {"removed", packages(change.removed)}});
}

}  // namespace lucie::metapackage
