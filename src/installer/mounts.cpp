#include "installer/mounts.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/mount.h>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// `\040` and its like, as the kernel writes blanks in mount points.
std::string unescape(const std::string& text) {
  std::string plain;
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text[index] == '\\' && index + 3 < text.size()) {
      plain += static_cast<char>(std::strtol(text.substr(index + 1, 3).c_str(), nullptr, 8));
      index += 3;
    } else {
      plain += text[index];
    }
  }
  return plain;
}

bool is_below(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder == "/" ? folder : folder + "/");
}

/// A process that was just killed may hold its file system for a moment.
void unmount(const std::string& mount_point) {
  for (int tries = 0; umount2(mount_point.c_str(), 0) != 0; ++tries) {
    if (errno == EINVAL) return;  // it is no mount point any more
    if (errno != EBUSY || tries == 50) throw_errno("unmount " + mount_point);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

std::vector<Mount> parse_mounts(const std::string& mountinfo) {
  std::vector<Mount> mounts;
  for (const std::string& line : base::split(mountinfo, '\n')) {
    const auto words = base::split_words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 3) continue;
    mounts.push_back(
        {.device = unescape(dash[2]), .mount_point = unescape(words[4]), .file_system = dash[1]});
  }
  return mounts;
}

std::vector<Mount> read_mounts() {
  return parse_mounts(base::read_file("/proc/self/mountinfo"));
}

void unmount_below(const fs::path& folder) {
  auto mounts = read_mounts();
  std::reverse(mounts.begin(), mounts.end());
  for (const Mount& mount : mounts) {
    if (is_below(mount.mount_point, folder.lexically_normal().string())) unmount(mount.mount_point);
  }
}

void end_processes_below(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const fs::path root = fs::read_symlink(entry.path() / "root", ignored);
    if (!ignored && is_below(root.string(), folder.lexically_normal().string()))
      kill(std::atoi(name.c_str()), SIGKILL);
  }
}

}  // namespace lucie::installer
