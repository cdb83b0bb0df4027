#include "metapackage/folder_entries.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

FolderEntry::Kind kind_of(const fs::path& path) {
  const fs::file_status status = fs::symlink_status(path);
  if (fs::is_directory(status)) return FolderEntry::Kind::folder;
  return fs::is_regular_file(status) ? FolderEntry::Kind::file : FolderEntry::Kind::other;
}

[[noreturn]] void no_folder(const fs::path& path) {
  throw Error(fmt::format("{} is no folder", path.string()));
}

std::vector<FolderEntry> read_folder(const fs::path& folder) {
  std::vector<FolderEntry> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure))
    found.push_back({entry.path(), kind_of(entry.path())});
  if (failure == std::errc::not_a_directory) no_folder(folder);
  if (failure && failure != std::errc::no_such_file_or_directory)
    throw EnvironmentError(fmt::format("read the folder {}: {}", folder.string(), failure.message()));
  std::ranges::sort(found, {}, [](const FolderEntry& entry) { return entry.path.native(); });
  return found;
}

}  // namespace

FolderEntries::FolderEntries(const std::vector<FileState>& tree) : on_disk_(false) {
  for (const FileState& state : tree) {
    const std::string& path = state.path.native();
    known_[path].folder = state.folder;
    known_[path.substr(0, path.rfind('/'))].entries.push_back(
        {state.path, state.folder ? FolderEntry::Kind::folder : FolderEntry::Kind::file});
  }
}

std::vector<FolderEntry> FolderEntries::in(const fs::path& folder) const {
  if (on_disk_) return read_folder(folder);
  const auto found = known_.find(folder.native());
  if (found == known_.end()) return {};
  if (!found->second.folder) no_folder(folder);
  return found->second.entries;
}

}  // namespace lucie::metapackage
