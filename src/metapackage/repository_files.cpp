#include "metapackage/repository_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;

namespace {

void make_folders(const fs::path& folder, std::error_code& failure) {
  if (fs::is_directory(folder, failure)) return;
  if (folder.has_parent_path() && folder.parent_path() != folder) make_folders(folder.parent_path(), failure);
  failure.clear();
  fs::create_directory(folder, failure);
  if (failure) return;
  const auto readable = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                        fs::perms::others_read | fs::perms::others_exec;
  std::error_code not_ours;
  fs::permissions(folder, readable, fs::perm_options::add, not_ours);
}

}  // namespace

void make_folder(const fs::path& folder) {
  std::error_code failure;
  make_folders(folder, failure);
  std::error_code unknown;
  if (!fs::is_directory(folder, unknown)) {
    throw EnvironmentError(fmt::format("make {}: {}", folder.string(), failure.message()));
  }
}

void write_new_file(const fs::path& file, std::string_view content) {
  const base::FileDescriptor output(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!output.valid()) throw_errno("write " + file.string());
  while (!content.empty()) {
    const ssize_t count = ::write(output.get(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write " + file.string());
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (fchmod(output.get(), 0644) != 0) throw_errno("chmod " + file.string());
}

base::FileDescriptor open_folder(const fs::path& folder) {
  base::FileDescriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid()) throw_errno("open " + folder.string());
  return descriptor;
}

void sync_file_system(const fs::path& folder) {
  const base::FileDescriptor descriptor = open_folder(folder);
  if (syncfs(descriptor.get()) != 0) throw_errno("sync " + folder.string());
}

void rename_file(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) throw_errno("rename to " + to.string());
}

}  // namespace lucie::metapackage
