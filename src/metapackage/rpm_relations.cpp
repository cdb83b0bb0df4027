#include <algorithm>
#include <fmt/format.h>
#include <rpm/rpmds.h>
#include <set>
#include <tuple>

#include "metapackage/rpm_tables.hpp"

namespace lucie::metapackage {
namespace {

struct Dependency {
  RpmRelation relation;
  std::uint32_t flags = 0;

  bool operator<(const Dependency& other) const {
    return std::tie(relation.name, relation.version, flags) <
           std::tie(other.relation.name, other.relation.version, other.flags);
  }
};

std::uint32_t sense(const RpmRelation& relation) {
  if (relation.comparison == "<") return RPMSENSE_LESS;
  if (relation.comparison == ">") return RPMSENSE_GREATER;
  return relation.comparison == "=" ? RPMSENSE_EQUAL : RPMSENSE_ANY;
}

std::set<Dependency> dependencies(const std::vector<RpmRelation>& relations) {
  std::set<Dependency> found;
  for (const RpmRelation& relation : relations) found.insert({relation, sense(relation)});
  return found;
}

bool has_answers(const RpmPackage& package) {
  return std::any_of(package.files.begin(), package.files.end(),
                     [](const RpmFile& file) { return file.kind == RpmFile::Kind::answers; });
}

std::set<Dependency> provides(const RpmPackage& package) {
  std::set<Dependency> found = dependencies(package.provides);
  const std::string own = epoch_version_release(package);
  found.insert({{package.name, "=", own}, RPMSENSE_EQUAL});
  if (has_answers(package)) {
    found.insert({{fmt::format("config({})", package.name), "=", own}, RPMSENSE_EQUAL | RPMSENSE_CONFIG});
  }
  return found;
}

/// What a reader of this package must know (rpmlib(…)), its shell, and what the package asks for.
std::set<Dependency> needs(const RpmPackage& package) {
  std::set<Dependency> found = dependencies(package.needs);
  const auto feature = [&](const char* name, const char* version) {
    found.insert(
        {{fmt::format("rpmlib({})", name), "<", version}, RPMSENSE_RPMLIB | RPMSENSE_LESS | RPMSENSE_EQUAL});
  };
  feature("CompressedFileNames", "3.0.4-1");
  feature("FileDigests", "4.6.0-1");
  feature("PayloadFilesHavePrefix", "4.0-1");
  feature("PayloadIsZstd", "5.4.18-1");
  const bool rich = std::any_of(package.needs.begin(), package.needs.end(),
                                [](const RpmRelation& need) { return need.name.starts_with("("); });
  if (rich) feature("RichDependencies", "4.12.0-1");
  if (has_answers(package)) {
    found.insert({{fmt::format("config({})", package.name), "=", epoch_version_release(package)},
                  RPMSENSE_EQUAL | RPMSENSE_CONFIG});
  }
  const auto shell = [&](const std::string& body, std::uint32_t when) {
    if (!body.empty()) found.insert({{"/bin/sh", "", ""}, RPMSENSE_INTERP | when});
  };
  shell(package.scriptlets.pre, RPMSENSE_SCRIPT_PRE);
  shell(package.scriptlets.post, RPMSENSE_SCRIPT_POST);
  shell(package.scriptlets.preun, RPMSENSE_SCRIPT_PREUN);
  shell(package.scriptlets.postun, RPMSENSE_SCRIPT_POSTUN);
  return found;
}

void put_dependencies(Header header, rpmTagVal name, rpmTagVal flags, rpmTagVal version,
                      const std::set<Dependency>& dependencies) {
  std::vector<std::string> names, versions;
  std::vector<std::uint32_t> senses;
  for (const Dependency& dependency : dependencies) {
    names.push_back(dependency.relation.name);
    versions.push_back(dependency.relation.version);
    senses.push_back(dependency.flags);
  }
  put_texts(header, name, names);
  put_numbers(header, flags, senses);
  put_texts(header, version, versions);
}

}  // namespace

std::string version_release(const RpmPackage& package) {
  return fmt::format("{}-{}", package.version, package.release);
}

std::string epoch_version_release(const RpmPackage& package) {
  return (package.epoch.empty() ? "" : package.epoch + ":") + version_release(package);
}

void put_relations(Header header, const RpmPackage& package) {
  put_dependencies(header, RPMTAG_PROVIDENAME, RPMTAG_PROVIDEFLAGS, RPMTAG_PROVIDEVERSION, provides(package));
  put_dependencies(header, RPMTAG_REQUIRENAME, RPMTAG_REQUIREFLAGS, RPMTAG_REQUIREVERSION, needs(package));
  put_dependencies(header, RPMTAG_CONFLICTNAME, RPMTAG_CONFLICTFLAGS, RPMTAG_CONFLICTVERSION,
                   dependencies(package.conflicts));
}

void put_scriptlets(Header header, const RpmScriptlets& scriptlets) {
  const auto put = [&](rpmTagVal body, rpmTagVal program, const std::string& text) {
    if (text.empty()) return;
    put_text(header, body, text);
    put_text(header, program, "/bin/sh");
  };
  put(RPMTAG_PREIN, RPMTAG_PREINPROG, scriptlets.pre);
  put(RPMTAG_POSTIN, RPMTAG_POSTINPROG, scriptlets.post);
  put(RPMTAG_PREUN, RPMTAG_PREUNPROG, scriptlets.preun);
  put(RPMTAG_POSTUN, RPMTAG_POSTUNPROG, scriptlets.postun);
}

}  // namespace lucie::metapackage
