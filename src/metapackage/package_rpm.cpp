#include <cctype>
#include <fmt/format.h>

#include "base/paths.hpp"
#include "base/text.hpp"
#include "metapackage/front_end.hpp"
#include "metapackage/package.hpp"
#include "metapackage/package_parts.hpp"
#include "metapackage/relation_text.hpp"

namespace lucie::metapackage {
namespace {

/// "a | b" as a rich dependency (rpm's docs, "Boolean dependencies").
RpmRelation need(const std::string& names) {
  std::vector<std::string> packages;
  for (const std::string& name : base::split(names, '|')) {
    packages.push_back("lmp-" + std::string(base::trim(name)));
  }
  if (packages.size() == 1) return {packages.front(), "", ""};
  return {fmt::format("({})", base::join(packages, " or ")), "", ""};
}

void add_claims(const PackageRelations& relations, RpmPackage& package) {
  for (const PathClaim& claim : relations.claims) {
    const std::string capability = fmt::format("lmp-path({})", claim.path),
                      value = std::to_string(claim.value);
    package.provides.push_back({capability, "=", value});
    package.conflicts.push_back({capability, "<", value});
    package.conflicts.push_back({capability, ">", value});
  }
  for (const std::string& name : relations.packages) {
    package.provides.push_back({fmt::format("lmp-package({})", name), "", ""});
  }
  for (const std::string& name : relations.excluded) {
    package.conflicts.push_back({fmt::format("lmp-package({})", name), "", ""});
  }
}

std::string description(const Lmp& lmp) {
  std::vector<std::string> paragraphs;
  for (const auto& lines : base::folded_paragraphs(package_text(lmp), 76)) {
    paragraphs.push_back(base::join(lines, "\n"));
  }
  return base::join(paragraphs, "\n\n");
}

/// rpm's summaries begin with a capital letter.
std::string summary(const Lmp& lmp) {
  std::string text = lmp.summary;
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

/// As rpm calls it.
std::string architecture(const Lmp& lmp) {
  if (lmp.architecture == "amd64") return "x86_64";
  return lmp.architecture == "arm64" ? "aarch64" : "noarch";
}

/// Every folder from /usr/share/lucie down is owned, so that removing the last LMP leaves none.
void add_folders(const std::string& top, RpmPackage& package) {
  std::set<std::string> folders;
  for (const RpmFile& file : package.files) {
    if (!file.path.starts_with(top + "/")) continue;
    for (auto slash = top.size(); slash != std::string::npos; slash = file.path.find('/', slash + 1)) {
      folders.insert(file.path.substr(0, slash));
    }
  }
  for (const std::string& folder : folders) {
    package.files.push_back({.path = folder, .mode = 0755, .kind = RpmFile::Kind::directory});
  }
}

void add_files(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection, RpmPackage& package) {
  for (ArchiveEntry& entry : installed_tree(lmp, proof, collection)) {
    package.files.push_back(
        {.path = std::move(entry.path), .content = std::move(entry.content), .mode = entry.mode});
  }
  const std::string documents = "/usr/share/doc/lmp-" + lmp.name;
  package.files.push_back({.path = documents + "/copyright",
                           .content = copyright(lmp, package.time),
                           .kind = RpmFile::Kind::document});
  package.files.push_back({.path = documents + "/relations",
                           .content = relations_document(lmp, proof, collection),
                           .kind = RpmFile::Kind::document});
  if (has_questions(lmp)) {
    package.files.push_back({.path = answers_path(lmp.name), .kind = RpmFile::Kind::answers});
    package.scriptlets.post = answers_scriptlet(lmp, base::Paths::from_environment().templates);
  }
  for (const std::string& top : {std::string("/usr/share/lucie"), documents, std::string("/etc/lucie")}) {
    add_folders(top, package);
  }
}

}  // namespace

RpmPackage rpm_package(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection,
                       std::int64_t time) {
  const PackageVersion version = package_version(lmp);
  RpmPackage package{.name = "lmp-" + lmp.name,
                     .epoch = version.epoch,
                     .version = version.upstream,
                     // Debian policy 5.6.12: no revision is the same as the revision 0
                     .release = version.revision.empty() ? "0" : version.revision,
                     .architecture = architecture(lmp),
                     .summary = summary(lmp),
                     .description = description(lmp),
                     .license = lmp.license,
                     .packager = lmp.maintainer,
                     .change = fmt::format("Lucie Meta Package {}, version {}.", lmp.name, lmp.version),
                     .time = time};
  const PackageRelations relations = package_relations(lmp, proof);
  for (const std::string& names : relations.depends) package.needs.push_back(need(names));
  for (const std::string& name : relations.conflicts) package.conflicts.push_back({"lmp-" + name, "", ""});
  add_claims(relations, package);
  add_files(lmp, proof, collection, package);
  return package;
}

}  // namespace lucie::metapackage
