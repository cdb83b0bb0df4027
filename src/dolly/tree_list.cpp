#include "dolly/tree_list.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/attributes_json.hpp"
#include "wire/whole_number.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::json;
using wire::whole_number;

constexpr std::uint32_t all_modes = 07777;
/// Files of a tree together; more would overflow.
constexpr std::uint64_t most_bytes = 1ULL << 60;

constexpr std::array kind_names = {"folder", "file", "symlink", "hardlink", "pipe", "character", "block"};

EntryKind kind_in(const std::string& name) {
  const auto found = std::ranges::find(kind_names, name);
  if (found == kind_names.end())
    throw Error(fmt::format("an entry of kind '{}'", base::escape_control(name)));
  return static_cast<EntryKind>(found - kind_names.begin());
}

bool is_device(EntryKind kind) {
  return kind == EntryKind::character_device || kind == EntryKind::block_device;
}

/// Relative, and only names: what is written there stays below the tree.
bool stays_below(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.back() == '/' || path.find('\0') != std::string::npos)
    return false;
  return std::ranges::all_of(base::split(path, '/'),
                             [](const auto& part) { return !part.empty() && part != "." && part != ".."; });
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

json record_of(const TreeEntry& entry) {
  json record = to_json(entry.attributes);
  record["path"] = json_of_bytes(entry.path);
  record["kind"] = kind_names.at(static_cast<std::size_t>(entry.kind));
  record["mode"] = entry.mode;
  if (entry.kind == EntryKind::file) record["size"] = entry.size;
  if (entry.sparse) record["sparse"] = true;
  if (!entry.target.empty()) record["target"] = json_of_bytes(entry.target);
  if (is_device(entry.kind)) record["device"] = entry.device;
  return record;
}

TreeEntry entry_of(const json& record) {
  TreeEntry entry;
  entry.path = bytes_of_json(record.at("path"));
  entry.kind = kind_in(record.at("kind"));
  entry.mode = whole_number<std::uint32_t>(record.at("mode")) & all_modes;
  entry.attributes = attributes_from_json(record);
  if (entry.kind == EntryKind::file) entry.size = whole_number<std::uint64_t>(record.at("size"));
  entry.sparse = record.value("sparse", false);
  if (record.contains("target")) entry.target = bytes_of_json(record.at("target"));
  if (is_device(entry.kind)) entry.device = whole_number<std::uint64_t>(record.at("device"));
  return entry;
}

}  // namespace

TreeList::TreeList(std::string_view text) {
  try {
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      add(entry_of(json::parse(text.substr(start, end - start))));
      start = end + 1;
    }
  } catch (const json::exception& fault) {
    throw Error(fmt::format("entry {} of a folder's list: {}", entries_.size() + 1, fault.what()));
  }
  if (entries_.empty()) throw Error("a folder's list without an entry");
}

void TreeList::check(const TreeEntry& entry) const {
  const auto wrong = [&](std::string_view why) {
    throw Error(fmt::format("entry {} of a folder's list, '{}': {}", entries_.size() + 1,
                            base::escape_control(entry.path.substr(0, 300)), why));
  };
  if (entries_.empty()) {
    if (!entry.path.empty() || entry.kind != EntryKind::folder) wrong("the first one is the folder itself");
    return;
  }
  if (!stays_below(entry.path)) wrong("it would not be in the folder");
  if (kinds_.contains(entry.path)) wrong("it is there twice");
  const auto folder = kinds_.find(folder_of(entry.path));
  if (folder == kinds_.end() || folder->second != EntryKind::folder) wrong("it is in no folder of the list");
  if (entry.kind == EntryKind::symlink && entry.target.empty()) wrong("a link to nothing");
  if (entry.kind == EntryKind::hardlink) {
    const auto target = kinds_.find(entry.target);
    if (target == kinds_.end() || target->second == EntryKind::folder ||
        target->second == EntryKind::hardlink)
      wrong("a hard link to what is not before it");
  }
  if (entry.size > most_bytes - bytes_) wrong("it is too large");
}

void TreeList::add(TreeEntry entry) {
  check(entry);
  entry.offset = bytes_;
  bytes_ += entry.size;
  kinds_[entry.path] = entry.kind;
  if (entry.size > 0) files_.push_back(entries_.size());
  entries_.push_back(std::move(entry));
}

std::string TreeList::text() const {
  std::string text;
  for (const TreeEntry& entry : entries_) text += record_of(entry).dump() + "\n";
  return text;
}

const TreeEntry& TreeList::file_at(std::uint64_t offset) const {
  const auto behind =
      std::ranges::upper_bound(files_, offset, {}, [&](std::size_t file) { return entries_[file].offset; });
  return entries_.at(files_.at(static_cast<std::size_t>(behind - files_.begin()) - 1));
}

void TreeList::each_part(std::uint64_t offset, std::uint64_t bytes, const TakePart& take) const {
  for (const std::uint64_t end = offset + bytes; offset < end;) {
    const TreeEntry& file = file_at(offset);
    const std::uint64_t within = offset - file.offset, size = std::min(end - offset, file.size - within);
    take(file, within, size);
    offset += size;
  }
}

}  // namespace lucie::dolly
