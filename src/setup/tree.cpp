#include "setup/tree.hpp"

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

}  // namespace lucie::setup
