#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/files.hpp"
#include "metapackage/deb.hpp"
#include "metapackage/repository.hpp"
#include "metapackage/rpm.hpp"
#include "metapackage/rpm_metadata.hpp"
#include "universe/deb_version.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

bool is_newer(const std::string& left, const std::string& right) {
  return universe::compare_deb_versions(left, right) > 0;
}

/// The newest version of each package whose name begins with "lmp-".
std::map<std::string, Stanza> newest_lmps(const fs::path& repository) {
  std::map<std::string, Stanza> newest;
  const fs::path index = repository / "dists/lucie/main/binary-all/Packages";
  for (const Stanza& entry : parse_stanzas(base::read_file(index))) {
    const std::string name = field(entry, "Package");
    if (!name.starts_with("lmp-")) continue;
    const auto [found, is_first] = newest.emplace(name, entry);
    if (!is_first && is_newer(field(entry, "Version"), field(found->second, "Version")))
      found->second = entry;
  }
  return newest;
}

/// Writes a package's LMP tree below `into`; paths that would lead out of it are refused.
void unpack(const fs::path& file, const std::vector<ArchiveEntry>& files, const fs::path& into) {
  const std::string start = "/usr/share/lucie/lmp/";
  for (const ArchiveEntry& entry : files) {
    if (!entry.path.starts_with(start)) continue;
    const fs::path below = entry.path.substr(start.size());
    if (std::find(below.begin(), below.end(), "..") != below.end() || below.is_absolute()) {
      throw Error(fmt::format("{} in it leads elsewhere", entry.path)).at({file.string(), 0, 0});
    }
    fs::create_directories((into / below).parent_path());
    base::write_file(into / below, entry.content, entry.mode & 0755);
  }
}

/// The newest rpm of each LMP, by name: its place.
std::map<std::string, std::string> newest_rpms(const fs::path& repository) {
  std::map<std::string, std::pair<std::string, std::string>> newest;  // version, place
  for (const auto& [place, metadata] : read_rpm_metadata(repository)) {
    if (!metadata.name.starts_with("lmp-")) continue;
    const auto [found, is_first] = newest.emplace(metadata.name, std::pair(metadata.version, place));
    if (!is_first && compare_rpm_versions(metadata.version, found->second.first) > 0) {
      found->second = {metadata.version, place};
    }
  }
  std::map<std::string, std::string> places;
  for (const auto& [name, chosen] : newest) places.emplace(name, chosen.second);
  return places;
}

}  // namespace

std::set<std::string> repository_formats(const fs::path& folder) {
  std::set<std::string> formats;
  std::error_code ignored;
  if (fs::exists(folder / "dists/lucie/Release", ignored)) formats.insert("deb");
  if (fs::exists(folder / "repodata/repomd.xml", ignored)) formats.insert("rpm");
  return formats;
}

std::vector<Lmp> repository_lmps(const fs::path& repository, const fs::path& into,
                                 std::vector<Fault>& faults) {
  const std::set<std::string> formats = repository_formats(repository);
  std::map<std::string, Stanza> debs;
  if (formats.contains("deb")) debs = newest_lmps(repository);
  for (const auto& [name, entry] : debs) {
    const fs::path file = repository / field(entry, "Filename");
    unpack(file, read_deb(base::read_file(file), true).files, into);
  }
  if (formats.contains("rpm")) {
    for (const auto& [name, place] : newest_rpms(repository)) {
      if (debs.contains(name)) continue;  // both formats hold the same LMP
      const fs::path file = repository / place;
      unpack(file, read_rpm(base::read_file(file), true).files, into);
    }
  }
  return installed_lmps(into, faults);
}

}  // namespace lucie::metapackage
