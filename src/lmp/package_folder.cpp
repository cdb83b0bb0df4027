#include "lmp/package_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;

PackageFolder::PackageFolder(fs::path folder) : folder_(std::move(folder)) {
  std::error_code failure;
  made_ = fs::create_directories(folder_, failure);
  if (failure) throw EnvironmentError(fmt::format("make {}: {}", folder_.string(), failure.message()));
  beside_ = std::make_unique<base::TemporaryDirectory>(".lmp-build", folder_);
}

PackageFolder::~PackageFolder() {
  beside_.reset();
  std::error_code ignored;
  if (made_) fs::remove(folder_, ignored);  // not when something is in it
}

void PackageFolder::write(const std::string& name, std::string_view bytes) const {
  const fs::path file = beside_->path() / name;
  std::ofstream output(file, std::ios::binary);
  output.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  output.close();
  if (!output || chmod(file.c_str(), 0644) != 0) throw_errno("write " + (folder_ / name).string());
}

std::vector<fs::path> PackageFolder::finish() {
  // One call for all of them: a thousand of fsync would take longer than making the packages.
  const base::FileDescriptor place(open(beside_->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!place.valid() || syncfs(place.get()) != 0) throw_errno("sync " + folder_.string());
  std::vector<fs::path> files;
  for (const std::string& name : names_) {
    if (rename((beside_->path() / name).c_str(), (folder_ / name).c_str()) != 0) {
      throw_errno("rename to " + (folder_ / name).string());
    }
    files.push_back(folder_ / name);
  }
  base::sync_directory(folder_);
  return files;
}

}  // namespace lucie::lmp
