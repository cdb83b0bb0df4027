#include "metapackage/repository_generation.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "metapackage/repository_files.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

constexpr const char* current = "current";
constexpr const char* list_name = "files";
/// The last generations stay beside the one in force: a reader may be on its way through one.
constexpr int kept_generations = 2;
/// Stored files that stay for readers, whatever their age: a repository that changes every second shall not
/// fill the disk.
constexpr std::size_t most_old_files = 256;

/// The number of a generation's folder, or 0.
int number(const fs::path& folder) {
  const std::string name = folder.filename().string();
  int number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  return read.ec == std::errc() && read.ptr == name.data() + name.size() ? number : 0;
}

std::set<std::string> listed_files(const fs::path& generation) {
  std::error_code missing;
  if (!fs::exists(generation / list_name, missing)) return {};
  std::set<std::string> files;
  for (const std::string& line : base::split(base::read_file(generation / list_name), '\n')) {
    if (!line.empty()) files.insert(line);
  }
  return files;
}

void touch(const fs::path& file) {
  std::error_code ignored;
  fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
}

}  // namespace

Generation::Generation(fs::path repository)
    : repository_(std::move(repository)), indices_(repository_ / "indices") {}

Generation::~Generation() {
  std::error_code ignored;
  if (!next_.empty()) fs::remove_all(indices_ / next_, ignored);
}

void Generation::begin() {
  make_folder(indices_);
  std::error_code missing;
  const int in_force = number(fs::read_symlink(indices_ / current, missing));
  remove_left_behind(in_force);
  // From now on what is in force is what was.
  const std::set<std::string> files = listed_files(indices_ / current);
  for (const std::string& file : files) touch(indices_ / file);
  remove_old_files(files);
  next_ = std::to_string(in_force + 1);
  make_folder(folder());
}

void Generation::write(const std::string& below, std::string_view content) {
  make_folder((folder() / below).parent_path());
  write_new_file(folder() / below, content);
}

void Generation::write_stored(const std::string& name, std::string_view content) {
  const fs::path file = indices_ / name;
  std::error_code missing;
  // What a power cut left may be empty.
  if (fs::file_size(file, missing) == content.size()) return touch(file);
  make_folder(file.parent_path());
  const fs::path beside = folder() / "new";
  write_new_file(beside, content);
  rename_file(beside, file);
}

void Generation::write_by_digest(const std::string& below, const std::string& store,
                                 std::string_view content) {
  if (files_.insert(store).second) write_stored(store, content);
  link(below, store);
}

void Generation::link(const std::string& below, const std::string& store) {
  const fs::path place = folder() / below;
  make_folder(place.parent_path());
  std::error_code failure;
  fs::create_symlink((indices_ / store).lexically_relative(place.parent_path()), place, failure);
  if (failure) throw EnvironmentError(fmt::format("make {}: {}", place.string(), failure.message()));
}

std::set<std::string> Generation::stored(const std::string& store) const {
  std::set<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(indices_ / store, missing)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

/// HTTP tells times in whole seconds: what replaces a file within the same second must look younger, or a
/// reader that asks "changed since?" would keep the old one.
void Generation::let_times_grow(const std::vector<Link>& links) const {
  const auto seconds = [](fs::file_time_type time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  };
  std::error_code missing;
  for (const Link& link : links) {
    for (const auto& entry : fs::directory_iterator(folder() / link.target, missing)) {
      const fs::path before = indices_ / current / link.target / entry.path().filename();
      if (!entry.is_regular_file() || entry.is_symlink() || !fs::exists(before, missing)) continue;
      const auto old = fs::last_write_time(before);
      if (seconds(entry.last_write_time()) > seconds(old)) continue;
      fs::last_write_time(entry.path(), old + std::chrono::seconds(1));
    }
  }
}

void Generation::make_links(const std::vector<Link>& links, bool replace) const {
  std::error_code missing;
  for (const Link& link : links) {
    const fs::path place = repository_ / link.place,
                   target = (indices_ / current / link.target).lexically_relative(place.parent_path());
    const auto kind = fs::symlink_status(place, missing).type();
    if (kind == fs::file_type::symlink && (!replace || fs::read_symlink(place) == target)) continue;
    make_folder(place.parent_path());
    base::replace_symlink(target, place);
  }
}

void Generation::remove_left_behind(int in_force) const {
  std::vector<fs::path> left;
  std::error_code ignored;
  const auto since = fs::last_write_time(indices_ / current / list_name, ignored);
  const int kept = since < fs::file_time_type::clock::now() - reading_time ? 1 : kept_generations;
  for (const auto& entry : fs::directory_iterator(indices_, ignored)) {
    const int found = number(entry.path());
    const bool old = found > 0 && (found > in_force || found <= in_force - kept);
    if (old || entry.path().filename().string().starts_with("current.new-")) left.push_back(entry.path());
  }
  for (const fs::path& entry : left) fs::remove_all(entry, ignored);
}

/// Files of the stores that the generation in force does not use and that were replaced too long ago.
void Generation::remove_old_files(const std::set<std::string>& in_force) const {
  std::vector<std::pair<fs::file_time_type, fs::path>> old;
  std::error_code ignored;
  for (const std::string store : {"by-hash/SHA256", "tables"}) {
    for (const std::string& name : stored(store)) {
      const fs::path file = indices_ / store / name;
      if (!in_force.contains(store + "/" + name)) old.emplace_back(fs::last_write_time(file, ignored), file);
    }
  }
  std::sort(old.begin(), old.end(), std::greater<>());
  const auto limit = fs::file_time_type::clock::now() - reading_time;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (i < most_old_files && old[i].first >= limit) continue;
    fs::remove(old[i].second, ignored);
    // So that the folder can be copied: no link leads nowhere.
    for (const auto& entry : fs::directory_iterator(indices_, ignored)) {
      if (number(entry.path()) > 0) fs::remove(entry.path() / "repodata" / old[i].second.filename(), ignored);
    }
  }
}

void Generation::put_in_force(const std::vector<Link>& links) {
  std::string list;
  for (const std::string& file : files_) list += file + "\n";
  write(list_name, list);
  let_times_grow(links);
  make_links(links, false);
  sync_file_system(indices_);
  base::replace_symlink(next_, indices_ / current);
  next_.clear();
  make_links(links, true);
}

}  // namespace lucie::metapackage
