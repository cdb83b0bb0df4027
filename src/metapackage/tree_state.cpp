#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <sys/stat.h>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metapackage/manifest.hpp"
#include "metapackage/package_parts.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
/// What is read as text: manifest, templates, questions.
constexpr std::uint64_t largest_text = 16 * mebibyte;
constexpr std::uint64_t largest_file = 256 * mebibyte, largest_tree = 512 * mebibyte;
/// Each file of a node is a claim in the package and a step of configuring.
constexpr std::size_t most_entries = 10'000;
const char* const for_large_data = "large data is a dataset (lucie.conf(5)), which the ring spreads";

bool is_text(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.ends_with(".in") || name == "lmp.conf" || file.parent_path().filename() == "debconf";
}

class TreeWalk {
 public:
  explicit TreeWalk(std::vector<Fault>* faults) : faults_(faults) {}

  void part(const fs::path& path) {
    std::error_code ignored;
    if (fs::symlink_status(path, ignored).type() != fs::file_type::not_found) entry(path);
  }

  std::vector<FileState> finish(const fs::path& tree) {
    if (!found_ && total_ > largest_tree) {
      fault(tree,
            fmt::format("its files have {}, and a package at most {}", base::human_size(total_),
                        base::human_size(largest_tree)),
            for_large_data);
    }
    if (!found_ && is_full()) {
      fault(tree, fmt::format("it has more than {} files and folders", most_entries), for_large_data);
    }
    std::sort(states_.begin(), states_.end());
    return std::move(states_);
  }
  bool has_faults() const { return found_; }

 private:
  void fault(const fs::path& path, std::string message, std::string hint = {}) {
    found_ = true;
    if (faults_ != nullptr) faults_->push_back({{path.string(), 0, 0}, std::move(message), std::move(hint)});
  }

  bool is_full() const { return states_.size() > most_entries; }

  void entry(const fs::path& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
      if (errno != ENOENT && errno != ENOTDIR) throw_errno("read " + path.string());
      return;  // gone meanwhile: that is seen when states are compared
    }
    const std::string name = path.filename().string();
    if (!base::is_utf8(name) || base::escape_control(name) != name) {
      return fault(path, "a control character, or a byte that is not UTF-8, in the name", "rename it");
    }
    if (S_ISLNK(status.st_mode)) {
      return fault(path, "it is a link, and a package would not have what it points at",
                   "copy the file here, or make links on the node in a script");
    }
    if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) {
      return fault(path, "it is neither a file nor a folder", "make devices in a script");
    }
    if (S_ISREG(status.st_mode)) size(path, static_cast<std::uint64_t>(status.st_size));
    states_.push_back({.path = path,
                       .folder = S_ISDIR(status.st_mode),
                       .device = status.st_dev,
                       .inode = status.st_ino,
                       .size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0,
                       .changed = status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec});
    if (S_ISDIR(status.st_mode)) folder(path);
  }

  void folder(const fs::path& path) {
    std::error_code failure;
    for (fs::directory_iterator place(path, failure), end; !failure && place != end;
         place.increment(failure)) {
      entry(place->path());
    }
    if (!failure || failure == std::errc::no_such_file_or_directory) return;
    throw EnvironmentError(fmt::format("read the folder {}: {}", path.string(), failure.message()));
  }

  void size(const fs::path& path, std::uint64_t size) {
    total_ += size;
    const std::uint64_t most = is_text(path) ? largest_text : largest_file;
    if (size <= most) return;
    fault(path,
          fmt::format("it has {}, and a {} at most {}", base::human_size(size),
                      is_text(path) ? "text" : "file", base::human_size(most)),
          for_large_data);
  }

  std::vector<Fault>* faults_;
  bool found_ = false;
  std::uint64_t total_ = 0;
  std::vector<FileState> states_;
};

TreeWalk walk(const fs::path& tree, std::vector<Fault>* faults) {
  TreeWalk walk(faults);
  for (const std::string& part : package_parts()) walk.part(tree / part);
  return walk;
}

/// The clock that stamps files: it goes in steps of some milliseconds.
std::int64_t file_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

std::int64_t newest(const std::vector<FileState>& states) {
  std::int64_t newest = 0;
  for (const FileState& state : states) newest = std::max(newest, state.changed);
  return newest;
}

/// A file that is written twice within one step of the clock looks unchanged, so the step must be over.
void wait_for_the_step_after(std::int64_t time) {
  constexpr std::int64_t longest_step = 20'000'000;
  while (file_clock() <= time && time - file_clock() < longest_step) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

std::vector<FileState> tree_state(const fs::path& tree, std::vector<Fault>& faults) {
  const std::int64_t start = file_clock();
  TreeWalk first = walk(tree, &faults);
  std::vector<FileState> states = first.finish(tree);
  if (first.has_faults()) return {};
  if (newest(states) < start) return states;
  wait_for_the_step_after(newest(states));
  TreeWalk second = walk(tree, &faults);
  states = second.finish(tree);
  if (second.has_faults()) states.clear();
  return states;
}

void check_unchanged(const Lmp& lmp) {
  const std::vector<FileState> now = walk(lmp.tree, nullptr).finish(lmp.tree);
  const auto [before, after] = std::mismatch(lmp.state.begin(), lmp.state.end(), now.begin(), now.end());
  if (before == lmp.state.end() && after == now.end()) return;
  // The first that differs: changed, gone, or new.
  const bool is_new = before == lmp.state.end() || (after != now.end() && after->path < before->path);
  throw Error("it changed while the LMP was read")
      .at({(is_new ? after : before)->path.string(), 0, 0})
      .hint("nothing was written; build it again when nobody works there");
}

}  // namespace lucie::metapackage
