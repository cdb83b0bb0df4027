#include <fmt/format.h>

#include "base/paths.hpp"
#include "base/text.hpp"
#include "metapackage/front_end.hpp"
#include "metapackage/package.hpp"
#include "metapackage/package_parts.hpp"
#include "metapackage/relation_text.hpp"

namespace lucie::metapackage {
namespace {

std::string changelog(const Lmp& lmp, std::int64_t time) {
  return fmt::format(
      "lmp-{0} ({1}) unstable; urgency=medium\n\n  * Lucie Meta Package {0}, version {1}.\n\n -- {2}  {3}\n",
      lmp.name, lmp.version, lmp.maintainer, utc_text(time, "%a, %d %b %Y %H:%M:%S +0000"));
}

/// A version without a revision is a native package's, and its changelog has another name (policy 12.7).
std::string changelog_name(const Lmp& lmp) {
  return package_version(lmp).revision.empty() ? "changelog.gz" : "changelog.Debian.gz";
}

/// lintian takes the changelog of a first revision for that of an upload to Debian's archive, which closes
/// the bug that announced it (developers-reference 5.1).
std::string lintian_overrides(const Lmp& lmp) {
  return fmt::format(
      "# An LMP is not announced with a bug of Debian's (developers-reference 5.1), so none is closed.\n"
      "lmp-{}: initial-upload-closes-no-bugs\n",
      lmp.name);
}

std::vector<ArchiveEntry> installed_files(const Lmp& lmp, const Proof& proof,
                                          const std::vector<Lmp>& collection, std::int64_t time) {
  const std::string documents = fmt::format("/usr/share/doc/lmp-{}/", lmp.name);
  std::vector<ArchiveEntry> files = installed_tree(lmp, proof, collection);
  files.push_back({.path = documents + "copyright", .content = copyright(lmp, time)});
  files.push_back({.path = documents + "relations", .content = relations_document(lmp, proof, collection)});
  files.push_back(
      {.path = documents + changelog_name(lmp), .content = compress(changelog(lmp, time), Compression::gz)});
  if (package_version(lmp).revision == "1") {
    files.push_back(
        {.path = "/usr/share/lintian/overrides/lmp-" + lmp.name, .content = lintian_overrides(lmp)});
  }
  return files;
}

void add_field(Stanza& control, const char* name, const std::vector<std::string>& items) {
  if (!items.empty()) control.emplace_back(name, base::join(items, ", "));
}

Stanza control(const Lmp& lmp, const Proof& proof) {
  DebRelations relations = deb_relations(lmp, proof);
  if (has_questions(lmp)) {
    relations.depends.insert(relations.depends.begin(), {"debconf (>= 0.5) | debconf-2.0", "ucf (>= 0.28)"});
  }
  Stanza stanza = {{"Package", "lmp-" + lmp.name},
                   {"Version", lmp.version},
                   {"Architecture", lmp.architecture},
                   {"Maintainer", lmp.maintainer}};
  add_field(stanza, "Depends", relations.depends);
  add_field(stanza, "Conflicts", relations.conflicts);
  add_field(stanza, "Provides", relations.provides);
  // What it holds is for nodes, so an LMP for any processor does what those that need it ask for.
  stanza.emplace_back("Multi-Arch", "foreign");
  stanza.emplace_back("Section", "admin");
  stanza.emplace_back("Priority", "optional");
  stanza.emplace_back("Description", description_field(lmp.summary, package_text(lmp)));
  return stanza;
}

/// "a | b" as "lmp-a | lmp-b".
std::string package_alternatives(const std::string& names) {
  std::vector<std::string> packages;
  for (const std::string& name : base::split(names, '|')) {
    packages.push_back("lmp-" + std::string(base::trim(name)));
  }
  return base::join(packages, " | ");
}

}  // namespace

DebRelations deb_relations(const Lmp& lmp, const Proof& proof) {
  const PackageRelations relations = package_relations(lmp, proof);
  std::set<std::string> depends, conflicts, provides;
  for (const std::string& names : relations.depends) depends.insert(package_alternatives(names));
  for (const std::string& name : relations.conflicts) conflicts.insert("lmp-" + name);
  for (const PathClaim& claim : relations.claims) {
    const std::string capability = path_capability(claim.path);
    provides.insert(fmt::format("{} (= {})", capability, claim.value));
    conflicts.insert(fmt::format("{} (<< {})", capability, claim.value));
    conflicts.insert(fmt::format("{} (>> {})", capability, claim.value));
  }
  for (const std::string& name : relations.packages) provides.insert("lmp-package-" + name);
  for (const std::string& name : relations.excluded) conflicts.insert("lmp-package-" + name);
  return {{depends.begin(), depends.end()},
          {conflicts.begin(), conflicts.end()},
          {provides.begin(), provides.end()}};
}

std::string deb_file_name(const Lmp& lmp) {
  PackageVersion version = package_version(lmp);  // an epoch is no part of the name
  if (!version.revision.empty()) version.upstream += "-" + version.revision;
  return fmt::format("lmp-{}_{}_{}.deb", lmp.name, version.upstream, lmp.architecture);
}

std::string build_deb(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection,
                      std::int64_t time, Packing packing) {
  DebPackage package;
  package.control = control(lmp, proof);
  // dpkg tells lucie-server, if it is there, that an LMP came, changed or went (deb-triggers(5)).
  package.members = front_end_members(lmp, base::Paths::from_environment().templates);
  package.members.push_back({.path = "triggers", .content = "activate-noawait lucie-lmp\n"});
  package.files = installed_files(lmp, proof, collection, time);
  package.time = time;
  package.packing = packing;
  return write_deb(package);
}

}  // namespace lucie::metapackage
