#include "setup/tree.hpp"

#include <cstdio>
#include <fcntl.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;

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
