#include "metapackage/package.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/error.hpp"
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
  std::vector<std::string> lines = base::split(script, '\n');
  for (std::string& line : lines) {
    const auto words = base::split_words(line);
    const bool loads = words.size() == 2 && (words[0] == "." || words[0] == "source") &&
                       words[1] == "/usr/share/debconf/confmodule";
    if (loads) line = "# the front end has loaded debconf's shell library";
  }
  return base::join(lines, "\n");
}

/// Files that become programs on the node.
std::set<fs::path> node_programs(const Lmp& lmp) {
  std::set<fs::path> programs;
  for (const NodeFile& file : lmp.files) {
    if ((file.mode & 0111) == 0) continue;
    for (const auto& [name, source] : file.variants) programs.insert(source);
  }
  return programs;
}

bool is_program_of_lmp(const std::string& path) {
  return path.starts_with("scripts/") || path.starts_with("agents/") || path.starts_with("modules/") ||
         path == "debconf/config";
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

const std::vector<std::string>& package_parts() {
  static const std::vector<std::string> parts = {"lmp.conf", "files",   "scripts",
                                                 "agents",   "modules", "debconf"};
  return parts;
}

std::vector<ArchiveEntry> tree_entries(const Lmp& lmp) {
  const std::set<fs::path> programs = node_programs(lmp);
  const std::size_t above = lmp.tree.string().size() + 1;
  std::vector<ArchiveEntry> entries;
  for (const FileState& file : lmp.state) {
    if (file.folder) continue;
    const std::string path = file.path.string().substr(above);
    const std::string content = base::read_file(file.path);
    const bool program = is_program_of_lmp(path) || programs.contains(file.path);
    entries.push_back({.path = path,
                       .content = path == "debconf/config" ? without_confmodule(content) : content,
                       .mode = program ? 0755U : 0644U});
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

std::int64_t package_time(const Lmp& lmp) {
  const base::SystemTime own{std::chrono::seconds(lmp.date != 0 ? lmp.date : unknown_time)};
  const auto time =
      std::chrono::duration_cast<std::chrono::seconds>(base::build_time(own).time_since_epoch());
  constexpr std::int64_t last = 4294967295;  // what an rpm can hold
  if (time.count() >= 0 && time.count() <= last) return time.count();
  throw Error(fmt::format("SOURCE_DATE_EPOCH is {}, and a package's time at most {}", time.count(), last));
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
  const std::string year = time == unknown_time ? "" : utc_text(time, "%Y ");
  return fmt::format(
      "Lucie Meta Package {}\n\nCopyright (C) {}{}\n\nLicense: {}\n{}", lmp.name, year, lmp.maintainer,
      lmp.license,
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
