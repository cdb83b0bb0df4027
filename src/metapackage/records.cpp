#include "metapackage/records.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

Json to_json(const Evidence& evidence) {
  return {{"file", text_or_null(evidence.file)},
          {"line", number_or_null(evidence.line)},
          {"text", evidence.text}};
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
                                 text_of(evidence, "text")});
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

std::string check_record(const std::vector<Lmp>& lmps, const std::vector<Relation>& relations,
                         const std::vector<Fault>& faults, const std::vector<LmpSet>* sets) {
  Json json = {
      {"version", 1}, {"lmps", Json::array()}, {"relations", Json::array()}, {"faults", Json::array()}};
  for (const Lmp& lmp : lmps) json["lmps"].push_back(lmp.name);
  for (const Relation& relation : relations) json["relations"].push_back(to_json(relation));
  if (sets != nullptr) json["sets"] = Json::array();
  if (sets != nullptr) {
    for (const LmpSet& set : *sets) json["sets"].push_back(to_json(set));
  }
  for (const Fault& fault : faults) json["faults"].push_back(to_json(fault));
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
