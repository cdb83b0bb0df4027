#include "base/tree.hpp"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::base {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

std::string tree_hash(const fs::path& folder) {
  Sha256 digest;
  for (const fs::path& entry : sorted_entries(folder)) {
    struct stat status {};
    if (lstat(entry.c_str(), &status) != 0) throw_errno("look at " + entry.string());
    const std::string name = entry.lexically_relative(folder).string();
    std::string content;
    if (S_ISREG(status.st_mode)) content = read_file(entry);
    if (S_ISLNK(status.st_mode)) content = fs::read_symlink(entry).string();
    digest.add(fmt::format("{}\n{:o}\n{}\n", name, status.st_mode, content.size()));
    digest.add(content);
  }
  return digest.finish_hex();
}

void swap_in(const fs::path& fresh, const fs::path& place) {
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) throw_errno("rename to " + place.string());
    if (!fs::exists(fresh)) throw EnvironmentError(fmt::format("{} is not there", fresh.string()));
    const fs::path old = fresh.string() + "-old";
    std::error_code missing;
    if (fs::exists(fs::symlink_status(place, missing))) fs::rename(place, old);
    if (rename(fresh.c_str(), place.c_str()) != 0) throw_errno("rename to " + place.string());
    fs::remove_all(old);
  } else {
    fs::remove_all(fresh);
  }
  sync_directory(place.parent_path());
}

void link_or_copy(const fs::path& from, const fs::path& to) {
  if (link(from.c_str(), to.c_str()) == 0) return;
  if (errno == ENOENT) throw_errno("link " + from.string());
  std::error_code failure;
  if (!fs::copy_file(from, to, failure))
    throw EnvironmentError(fmt::format("copy to {}: {}", to.string(), failure.message()));
  fs::permissions(to, fs::perms(0644));
}

}  // namespace lucie::base
