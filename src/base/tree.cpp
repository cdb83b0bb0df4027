#include "base/tree.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>
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

}  // namespace lucie::base
