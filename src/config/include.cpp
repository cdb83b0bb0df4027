#include "config/include.hpp"

#include <algorithm>
#include <glob.h>

namespace lucie::config {
namespace fs = std::filesystem;

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

std::vector<fs::path> matching_files(const fs::path& folder, const std::string& pattern) {
  std::string expression;
  if (!pattern.starts_with('/')) {
    for (char c : (folder / "").string()) {
      if (std::string_view("*?[]\\").find(c) != std::string_view::npos) expression += '\\';
      expression += c;
    }
  }
  expression += pattern;
  glob_t found{};
  std::vector<fs::path> files;
  if (glob(expression.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  std::erase_if(files, [](const fs::path& file) {
    std::error_code ignored;
    return !fs::is_regular_file(file, ignored);
  });
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace lucie::config
