#include "metapackage/package.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <set>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "metapackage/claims.hpp"
#include "metapackage/records.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// What an installed LMP consists of; anything else in the source tree stays there.
const std::vector<std::string> parts = {"lmp.conf", "files", "scripts", "agents", "modules", "debconf"};

/// Programs of the LMP itself, and files that become programs on the node.
bool is_program(const Lmp& lmp, const fs::path& file, const std::string& path) {
  if (path.starts_with("scripts/") || path.starts_with("agents/") || path.starts_with("modules/") ||
      path == "debconf/config") {
    return true;
  }
  return std::any_of(lmp.files.begin(), lmp.files.end(), [&](const NodeFile& node_file) {
    if ((node_file.mode & 0111) == 0) return false;
    return std::any_of(node_file.variants.begin(), node_file.variants.end(),
                       [&](const auto& variant) { return variant.second == file; });
  });
}

std::string utc(std::int64_t time, const char* format) {
  const std::time_t seconds = time;
  std::tm parts_of_time{};
  gmtime_r(&seconds, &parts_of_time);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts_of_time)};
}

std::string changelog(const Lmp& lmp, std::int64_t time) {
  return fmt::format(
      "lmp-{0} ({1}) unstable; urgency=medium\n\n  * Lucie Meta Package {0}, version {1}.\n\n -- {2}  {3}\n",
      lmp.name, lmp.version, lmp.maintainer, utc(time, "%a, %d %b %Y %H:%M:%S +0000"));
}

/// Where Debian keeps the text of a licence (policy 12.5), or an empty string.
std::string common_license(const std::string& license) {
  static const std::vector<std::pair<std::string, std::string>> known = {
      {"LGPL-2.1", "LGPL-2.1"}, {"LGPL-3", "LGPL-3"},  {"LGPL-2", "LGPL-2"},     {"GPL-1", "GPL-1"},
      {"GPL-2", "GPL-2"},       {"GPL-3", "GPL-3"},    {"GFDL-1.3", "GFDL-1.3"}, {"Apache-2.0", "Apache-2.0"},
      {"MPL-2.0", "MPL-2.0"},   {"CC0-1.0", "CC0-1.0"}};
  for (const auto& [start, file] : known) {
    if (license.starts_with(start)) return "/usr/share/common-licenses/" + file;
  }
  return {};
}

std::string copyright(const Lmp& lmp, std::int64_t time) {
  const std::string text = common_license(lmp.license);
  return fmt::format(
      "Lucie Meta Package {}\n\nCopyright (C) {} {}\n\nLicense: {}\n{}", lmp.name, utc(time, "%Y"),
      lmp.maintainer, lmp.license,
      text.empty() ? std::string() : fmt::format("\nOn Debian systems its text is in {}.\n", text));
}

/// A version without a revision is a native package's, and its changelog has another name (policy 12.7).
std::string changelog_name(const Lmp& lmp) {
  return lmp.version.find('-') == std::string::npos ? "changelog.gz" : "changelog.Debian.gz";
}

std::vector<ArchiveEntry> installed_files(const Lmp& lmp, const Proof& proof,
                                          const std::vector<Lmp>& collection, std::int64_t time) {
  const std::string tree = fmt::format("/usr/share/lucie/lmp/{}/", lmp.name);
  const std::string documents = fmt::format("/usr/share/doc/lmp-{}/", lmp.name);
  std::vector<ArchiveEntry> files = tree_entries(lmp);
  for (ArchiveEntry& file : files) file.path.insert(0, tree);
  files.push_back({.path = tree + "relations.json", .content = relations_record(lmp, proof, collection)});
  files.push_back({.path = documents + "copyright", .content = copyright(lmp, time)});
  files.push_back(
      {.path = documents + changelog_name(lmp), .content = compress(changelog(lmp, time), Compression::gz)});
  return files;
}

void add_field(Stanza& control, const char* name, const std::vector<std::string>& items) {
  if (!items.empty()) control.emplace_back(name, base::join(items, ", "));
}

Stanza control(const Lmp& lmp, const Proof& proof) {
  const DebRelations relations = deb_relations(lmp, proof);
  Stanza stanza = {{"Package", "lmp-" + lmp.name},
                   {"Version", lmp.version},
                   {"Architecture", "all"},
                   {"Maintainer", lmp.maintainer}};
  add_field(stanza, "Depends", relations.depends);
  add_field(stanza, "Conflicts", relations.conflicts);
  add_field(stanza, "Provides", relations.provides);
  stanza.emplace_back("Section", "admin");
  stanza.emplace_back("Priority", "optional");
  const std::string text = fmt::format(
      "{}\n\nThis Lucie Meta Package is installed on a Lucie server; what it describes is set up on the "
      "nodes "
      "that ask for the service '{}'.",
      lmp.description, lmp.name);
  stanza.emplace_back("Description", description_field(lmp.summary, text));
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

/// Names that stand in a list without alternatives and versions; only they can be provided.
void add_provided_packages(const Lmp& lmp, std::set<std::string>& provides) {
  for (const PackageList& list : lmp.lists) {
    if (!list.when.empty()) continue;  // what holds for one answer is not said by the package
    for (const std::string& name : list.packages) {
      if (name.find_first_of(" |=(") == std::string::npos) provides.insert("lmp-package-" + name);
    }
  }
}

}  // namespace

std::vector<ArchiveEntry> tree_entries(const Lmp& lmp) {
  std::vector<ArchiveEntry> entries;
  const auto add = [&](const fs::path& file) {
    const std::string path = fs::relative(file, lmp.tree).string();
    entries.push_back({.path = path,
                       .content = base::read_file(file),
                       .mode = is_program(lmp, file, path) ? 0755U : 0644U});
  };
  for (const std::string& part : parts) {
    const fs::path top = lmp.tree / part;
    std::error_code ignored;
    if (fs::is_regular_file(top, ignored)) add(top);
    if (!fs::is_directory(top, ignored)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      if (entry.is_regular_file() && !entry.is_symlink()) add(entry.path());
    }
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

DebRelations deb_relations(const Lmp& lmp, const Proof& proof) {
  std::set<std::string> depends, conflicts, provides;
  for (const Relation& relation : proof.relations) {
    // What holds in one target or for one answer only is proved for each host, not by the package.
    if (!relation.target.empty() || !relation.when.empty()) continue;
    if (relation.kind == Relation::Kind::depends) {
      if (relation.from == lmp.name) depends.insert(package_alternatives(relation.to));
    } else if (relation.from == lmp.name) {
      conflicts.insert("lmp-" + relation.to);
    } else if (relation.to == lmp.name) {
      conflicts.insert("lmp-" + relation.from);
    }
  }
  for (const PathClaim& claim : path_claims(lmp)) {
    const std::string capability = path_capability(claim.path);
    provides.insert(fmt::format("{} (= {})", capability, claim.value));
    conflicts.insert(fmt::format("{} (<< {})", capability, claim.value));
    conflicts.insert(fmt::format("{} (>> {})", capability, claim.value));
  }
  add_provided_packages(lmp, provides);
  if (const auto excluded = proof.excluded.find(lmp.name); excluded != proof.excluded.end()) {
    for (const std::string& name : excluded->second) conflicts.insert("lmp-package-" + name);
  }
  return {{depends.begin(), depends.end()},
          {conflicts.begin(), conflicts.end()},
          {provides.begin(), provides.end()}};
}

std::int64_t newest_file(const Lmp& lmp) {
  std::int64_t newest = 0;
  for (const ArchiveEntry& entry : tree_entries(lmp)) {
    struct stat status {};
    if (stat((lmp.tree / entry.path).c_str(), &status) == 0)
      newest = std::max<std::int64_t>(newest, status.st_mtime);
  }
  return newest;
}

std::string deb_file_name(const Lmp& lmp) {
  const auto colon = lmp.version.find(':');  // an epoch is no part of the name
  const std::string version = colon == std::string::npos ? lmp.version : lmp.version.substr(colon + 1);
  return fmt::format("lmp-{}_{}_all.deb", lmp.name, version);
}

std::string build_deb(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection,
                      std::int64_t time, Compression compression) {
  DebPackage package;
  package.control = control(lmp, proof);
  // dpkg tells lucie-server, if it is there, that an LMP came, changed or went (deb-triggers(5)).
  package.members = {{.path = "triggers", .content = "activate-noawait lucie-lmp\n"}};
  package.files = installed_files(lmp, proof, collection, time);
  package.time = time;
  package.compression = compression;
  return write_deb(package);
}

}  // namespace lucie::metapackage
