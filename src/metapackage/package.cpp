#include "metapackage/package.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <regex>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "metapackage/package_parts.hpp"
#include "metapackage/records.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// Nothing but maintainer scripts may load debconf's shell library (debconf-devel(7)); who runs the installed
/// copy has loaded it, or one of its own, before. Lines keep their numbers.
std::string without_confmodule(const std::string& script) {
  static const std::regex loading(
      "(^|\n)[ \t]*(\\.|source)[ \t]+/usr/share/debconf/confmodule[ \t]*(?=\n|$)");
  return std::regex_replace(script, loading, "$1# the front end has loaded debconf's shell library");
}

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

/// Names that stand in a list without alternatives and versions; only they can be provided.
void add_provided_packages(const Lmp& lmp, std::set<std::string>& packages) {
  for (const PackageList& list : lmp.lists) {
    if (!list.when.empty()) continue;  // what holds for one answer is not said by the package
    for (const std::string& name : list.packages) {
      if (name.find_first_of(" |=(") == std::string::npos) packages.insert(name);
    }
  }
}

}  // namespace

std::vector<ArchiveEntry> tree_entries(const Lmp& lmp) {
  std::vector<ArchiveEntry> entries;
  const auto add = [&](const fs::path& file) {
    const std::string path = fs::relative(file, lmp.tree).string();
    const std::string content = base::read_file(file);
    entries.push_back({.path = path,
                       .content = path == "debconf/config" ? without_confmodule(content) : content,
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

PackageRelations package_relations(const Lmp& lmp, const Proof& proof) {
  PackageRelations found;
  for (const Relation& relation : proof.relations) {
    // What holds in one target or for one answer only is proved for each host, not by the package.
    if (!relation.target.empty() || !relation.when.empty()) continue;
    if (relation.kind == Relation::Kind::depends) {
      if (relation.from == lmp.name) found.depends.insert(relation.to);
    } else if (relation.from == lmp.name) {
      found.conflicts.insert(relation.to);
    } else if (relation.to == lmp.name) {
      found.conflicts.insert(relation.from);
    }
  }
  found.claims = path_claims(lmp);
  add_provided_packages(lmp, found.packages);
  if (const auto excluded = proof.excluded.find(lmp.name); excluded != proof.excluded.end()) {
    found.excluded.insert(excluded->second.begin(), excluded->second.end());
  }
  return found;
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

std::string utc_text(std::int64_t time, const char* format) {
  const std::time_t seconds = time;
  std::tm parts_of_time{};
  gmtime_r(&seconds, &parts_of_time);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts_of_time)};
}

std::string copyright(const Lmp& lmp, std::int64_t time) {
  const std::string text = common_license(lmp.license);
  return fmt::format(
      "Lucie Meta Package {}\n\nCopyright (C) {} {}\n\nLicense: {}\n{}", lmp.name, utc_text(time, "%Y"),
      lmp.maintainer, lmp.license,
      text.empty() ? std::string() : fmt::format("\nOn Debian systems its text is in {}.\n", text));
}

std::string package_text(const Lmp& lmp) {
  return fmt::format(
      "{}\n\nThis Lucie Meta Package is installed on a Lucie server; what it describes is set up on the "
      "nodes "
      "that ask for the service '{}'.",
      lmp.description, lmp.name);
}

std::vector<ArchiveEntry> installed_tree(const Lmp& lmp, const Proof& proof,
                                         const std::vector<Lmp>& collection) {
  const std::string tree = fmt::format("/usr/share/lucie/lmp/{}/", lmp.name);
  std::vector<ArchiveEntry> files = tree_entries(lmp);
  for (ArchiveEntry& file : files) file.path.insert(0, tree);
  files.push_back({.path = tree + "relations.json", .content = relations_record(lmp, proof, collection)});
  return files;
}

PackageVersion package_version(const Lmp& lmp) {
  PackageVersion version{.upstream = lmp.version};
  if (const auto colon = version.upstream.find(':'); colon != std::string::npos) {
    version.epoch = version.upstream.substr(0, colon);
    version.upstream.erase(0, colon + 1);
  }
  if (const auto hyphen = version.upstream.rfind('-'); hyphen != std::string::npos) {
    version.revision = version.upstream.substr(hyphen + 1);
    version.upstream.erase(hyphen);
  }
  return version;
}

}  // namespace lucie::metapackage
