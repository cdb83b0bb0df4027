#include "setup/tree.hpp"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::setup {
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
  base::Sha256 digest;
  for (const fs::path& entry : sorted_entries(folder)) {
    struct stat status {};
    if (lstat(entry.c_str(), &status) != 0) throw_errno("look at " + entry.string());
    const std::string name = entry.lexically_relative(folder).string();
    std::string content;
    if (S_ISREG(status.st_mode)) content = base::read_file(entry);
    if (S_ISLNK(status.st_mode)) content = fs::read_symlink(entry).string();
    digest.add(fmt::format("{}\n{:o}\n{}\n", name, status.st_mode, content.size()));
    digest.add(content);
  }
  return digest.finish_hex();
}

void snapshot_tree(const fs::path& folder, const fs::path& snapshot) {
  if (fs::exists(snapshot)) return;
  fs::create_directories(snapshot.parent_path());
  const base::TemporaryDirectory beside(".snapshot-", snapshot.parent_path());
  const fs::path copy = beside.path() / "tree";
  fs::copy(folder, copy, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  fs::rename(copy, snapshot);
  base::sync_directory(snapshot.parent_path());
}

void swap_in(const fs::path& fresh, const fs::path& place) {
  std::error_code missing;
  if (!fs::exists(fs::symlink_status(place, missing))) {
    fs::rename(fresh, place);
  } else {
    if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) != 0) {
      throw_errno("put " + place.string() + " in place");
    }
    fs::remove_all(fresh);
  }
  base::sync_directory(place.parent_path());
}

}  // namespace lucie::setup
