#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/file_cache.hpp"
#include "dolly/place.hpp"
#include "dolly/tree_entries.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

/// A folder, made as `.NAME.dolly`; its list lies in `.NAME.dolly.list`.
class TreePlace : public Place {
 public:
  TreePlace(const Root& root, const OfferedFile& tree);

  Room room() const override;
  void reserve() override;
  Finding look(const ChunkPlace& place) override;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override;
  void write(const ChunkPlace& place, std::span<const Block> blocks) override;
  bool open_list() override;
  void complete(std::uint64_t bytes) override;
  void give_name() override;
  void remove_unfinished(bool fresh_only) noexcept override;

 private:
  void use_earlier_list();
  std::string list_text(std::uint64_t size) const;

  const OfferedFile tree_;
  const fs::path full_path_;
  std::string name_, beside_name_, list_name_;
  base::FileDescriptor folder_, list_file_, beside_;
  bool fresh_ = false;        ///< nothing of an earlier transfer was there
  std::string earlier_list_;  ///< digest of the list that an earlier transfer left; empty: none
  Mutex opening_;
  bool opened_ = false;  ///< the list of this transfer
  TreeList list_;        ///< the earlier one until then
  std::optional<TreeEntries> entries_;
};

TreePlace::TreePlace(const Root& root, const OfferedFile& tree)
    : tree_(tree), full_path_(root.path() / tree.path) {
  const fs::path path(tree.path);
  name_ = path.filename();
  beside_name_ = fmt::format(".{}.dolly", name_);
  list_name_ = beside_name_ + ".list";
  folder_ = root.open_folder(path.parent_path());
  check_replaceable(folder_.get(), name_, tree.path);
  list_file_ = open_beside(folder_.get(), list_name_, tree.path);
  fresh_ = mkdirat(folder_.get(), beside_name_.c_str(), 0700) == 0;
  if (!fresh_ && errno != EEXIST) no_place(tree.path, errno);
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  beside_.reset(openat(folder_.get(), beside_name_.c_str(), flags));
  if (!beside_.valid()) no_place((path.parent_path() / beside_name_).string(), errno);
  entries_.emplace(beside_.get(), root.path() / path.parent_path() / beside_name_, list_);
}

Place::Room TreePlace::room() const {
  const std::uint64_t wanted = tree_.size + tree_.list;
  const std::uint64_t there = fresh_ ? 0 : entries_->stored_bytes();
  return room_in(folder_.get(), wanted > there ? wanted - there : 0, tree_.path);
}

void TreePlace::reserve() {
  use_earlier_list();
}

/// With it, what lies there can be told from one another; whether it is the list of this transfer is known
/// later.
void TreePlace::use_earlier_list() {
  struct stat status {};
  if (fresh_ || fstat(list_file_.get(), &status) != 0 || status.st_size == 0) return;
  try {
    const std::string text = list_text(static_cast<std::uint64_t>(status.st_size));
    TreeList list(text);
    if (list.bytes() != tree_.size || text.size() != tree_.list) return;
    list_ = std::move(list);
    earlier_list_ = base::sha256_hex(text);
  } catch (const Error&) {  // a part of one: the folder is filled anew
  }
}

std::string TreePlace::list_text(std::uint64_t size) const {
  std::string text(size, '\0');
  read_exactly(list_file_.get(), 0, text, full_path_);
  return text;
}

Place::Finding TreePlace::look(const ChunkPlace& place) {
  if (earlier_list_.empty()) return Finding::nothing;
  if (place.list) return Finding::bytes;
  return entries_->are_there(place.offset, place.size) ? Finding::bytes : Finding::nothing;
}

void TreePlace::read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) {
  if (place.list) return read_exactly(list_file_.get(), place.offset + offset, buffer, full_path_);
  entries_->read(place.offset + offset, buffer);
}

void TreePlace::write(const ChunkPlace& place, std::span<const Block> blocks) {
  const std::uint64_t offset = place.offset + blocks.front().offset;
  std::vector<std::string_view> contents;
  for (const Block& block : blocks) contents.push_back(block.content());
  if (place.list) return write_exactly(list_file_.get(), offset, contents, full_path_);
  entries_->write(offset, contents);
}

bool TreePlace::open_list() {
  const std::lock_guard lock(opening_);
  if (opened_) return false;
  if (ftruncate(list_file_.get(), static_cast<off_t>(tree_.list)) != 0)
    throw_errno("write the list of " + full_path_.string());
  const std::string text = list_text(tree_.list);
  const bool other = base::sha256_hex(text) != earlier_list_;
  if (other) {
    list_ = TreeList(text);
    if (list_.bytes() != tree_.size)
      throw Error(fmt::format("the list of {} is for {} bytes, not for {}", full_path_.string(),
                              list_.bytes(), tree_.size));
    entries_->forget();
  }
  entries_->make_folders(!fresh_);
  opened_ = true;
  return other;
}

void TreePlace::complete(std::uint64_t) {
  open_list();
  entries_->complete();
  if (!fresh_) entries_->remove_others();
  entries_->give_folders_attributes();
  if (syncfs(beside_.get()) != 0) throw_errno("sync " + full_path_.string());
}

void TreePlace::give_name() {
  entries_->forget();
  give_folder_name(folder_.get(), beside_name_, name_, full_path_);
  if (unlinkat(folder_.get(), list_name_.c_str(), 0) != 0)
    throw_errno("remove the list of " + full_path_.string());
}

void TreePlace::remove_unfinished(bool fresh_only) noexcept {
  if (!fresh_ && fresh_only) return;
  remove_below(folder_.get(), beside_name_);
  unlinkat(folder_.get(), list_name_.c_str(), 0);
}

}  // namespace

std::unique_ptr<Place> open_tree_place(const Root& root, const OfferedFile& tree) {
  return std::make_unique<TreePlace>(root, tree);
}

}  // namespace lucie::dolly
