#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/files.hpp"
#include "base/process.hpp"
#include "metapackage/deb.hpp"
#include "metapackage/repository.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// dpkg alone knows Debian's order of versions.
bool is_newer(const std::string& left, const std::string& right) {
  return base::run({.argv = {"dpkg", "--compare-versions", left, "gt", right}}).success();
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

/// Writes the package's LMP tree below `into`; paths that would lead out of it are refused.
void unpack(const fs::path& file, const fs::path& into) {
  const std::string start = "/usr/share/lucie/lmp/";
  for (const ArchiveEntry& entry : read_deb(base::read_file(file), true).files) {
    if (!entry.path.starts_with(start)) continue;
    const fs::path below = entry.path.substr(start.size());
    if (std::find(below.begin(), below.end(), "..") != below.end() || below.is_absolute()) {
      throw Error(fmt::format("{} in it leads elsewhere", entry.path)).at({file.string(), 0, 0});
    }
    fs::create_directories((into / below).parent_path());
    base::write_file(into / below, entry.content, entry.mode & 0755);
  }
}

}  // namespace

std::vector<Lmp> repository_lmps(const fs::path& repository, const fs::path& into,
                                 std::vector<Fault>& faults) {
  for (const auto& [name, entry] : newest_lmps(repository))
    unpack(repository / field(entry, "Filename"), into);
  return installed_lmps(into, faults);
}

}  // namespace lucie::metapackage
