#include "metapackage/repository_pool.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "metapackage/repository_files.hpp"
#include "metapackage/repository_generation.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(base::SystemTime::clock::now().time_since_epoch())
      .count();
}

/// Whoever may write the list shall not have us remove other files.
bool is_in_pool(const fs::path& place) {
  return place.string().starts_with("pool/") && std::find(place.begin(), place.end(), "..") == place.end();
}

}  // namespace

std::string other_place(const std::string& place, const std::string& sha256) {
  const fs::path usual = place;
  return (usual.parent_path() / sha256.substr(0, 16) / usual.filename()).string();
}

Pool::Pool(fs::path repository)
    : repository_(std::move(repository)), list_(repository_ / "indices/unlisted") {
  std::error_code missing;
  if (!fs::exists(list_, missing)) return;
  for (const std::string& line : base::split(base::read_file(list_), '\n')) {
    std::int64_t since = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), since);
    const std::string place = line.substr(std::min(line.size(), line.find(' ') + 1));
    if (read.ec == std::errc() && is_in_pool(place)) unlisted_[place] = since;
  }
}

bool Pool::is_free(const std::string& place, const std::string& sha256) const {
  std::error_code missing;
  const fs::path file = repository_ / place;
  return !fs::exists(file, missing) || base::sha256_file_hex(file) == sha256;
}

void Pool::note(const std::set<std::string>& places) {
  for (const std::string& place : places) unlisted_[place] = seconds_now();
  write();
}

void Pool::bring_in(const fs::path& file, const std::string& place) const {
  make_folder((repository_ / place).parent_path());
  rename_file(file, repository_ / place);
}

void Pool::tidy(const std::set<std::string>& in_force) {
  const std::int64_t limit =
      seconds_now() - std::chrono::duration_cast<std::chrono::seconds>(reading_time).count();
  const std::size_t before = unlisted_.size();
  for (auto entry = unlisted_.begin(); entry != unlisted_.end();) {
    const auto& [place, since] = *entry;
    const bool listed = in_force.contains(place);
    if (!listed && since >= limit) {
      ++entry;
      continue;
    }
    std::error_code ignored;
    const fs::path file = repository_ / place;
    if (!listed && fs::remove(file, ignored)) {
      // Removed only when nothing else lies there.
      for (fs::path folder = file.parent_path();
           folder != repository_ / "pool" && fs::remove(folder, ignored);)
        folder = folder.parent_path();
    }
    entry = unlisted_.erase(entry);
  }
  if (unlisted_.size() != before) write();
}

void Pool::write() const {
  std::string text;
  for (const auto& [place, since] : unlisted_) text += fmt::format("{} {}\n", since, place);
  make_folder(list_.parent_path());
  const fs::path beside = list_.string() + ".new";
  std::error_code ignored;
  fs::remove(beside, ignored);
  try {
    write_new_file(beside, text);
    rename_file(beside, list_);
  } catch (...) {
    fs::remove(beside, ignored);
    throw;
  }
}

}  // namespace lucie::metapackage
