#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/taken_place.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytes_at_once = 256 << 10;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;
using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

/// A warning counts: what cannot be unpacked as it was packed is not there.
void check(archive* archive, int status, const std::string& what) {
  if (status >= ARCHIVE_OK) return;
  const char* why = archive_error_string(archive);
  throw Error(
      fmt::format("unpack {}: {}", what, base::escape_control(why != nullptr ? why : "unknown failure")));
}

/// What libarchive asks for the archive's bytes.
struct Input {
  Taker& taker;
  std::vector<char> buffer = std::vector<char>(bytes_at_once);
  std::exception_ptr fault{};

  static la_ssize_t read(archive*, void* input, const void** bytes) {
    auto& self = *static_cast<Input*>(input);
    *bytes = self.buffer.data();
    try {
      return static_cast<la_ssize_t>(self.taker.next(self.buffer));
    } catch (...) {  // libarchive is C
      self.fault = std::current_exception();
      return ARCHIVE_FATAL;
    }
  }
};

/// Where an entry goes: below the folder, whatever its path says. Throws lucie::Error for one with `..`.
fs::path place_below(const fs::path& folder, const char* name) {
  const fs::path path = fs::path(name == nullptr ? "" : name).relative_path();
  for (const fs::path& part : path) {
    if (part == "..")
      throw Error(fmt::format("unpack '{}': it would not stay in the folder",
                              base::escape_control(std::string_view(name).substr(0, 300))));
  }
  return folder / path;
}

Writer disk_writer() {
  Writer writer(archive_write_disk_new(), archive_write_free);
  int flags = ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_XATTR |
              ARCHIVE_EXTRACT_FFLAGS | ARCHIVE_EXTRACT_SPARSE | ARCHIVE_EXTRACT_SECURE_SYMLINKS |
              ARCHIVE_EXTRACT_SECURE_NODOTDOT;
  if (geteuid() == 0) flags |= ARCHIVE_EXTRACT_OWNER;
  check(writer.get(), archive_write_disk_set_options(writer.get(), flags), "an archive");
  return writer;
}

void copy_content(archive* reader, archive* writer, const std::string& name) {
  const void* bytes = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  for (;;) {
    const int status = archive_read_data_block(reader, &bytes, &size, &offset);
    if (status == ARCHIVE_EOF) return;
    check(reader, status, name);
    check(writer, static_cast<int>(archive_write_data_block(writer, bytes, size, offset)), name);
  }
}

void unpack_entry(archive* reader, archive* writer, archive_entry* entry, const fs::path& folder) {
  const char* const named = archive_entry_pathname(entry);
  const std::string name = base::escape_control(named == nullptr ? "an entry without a name" : named);
  const fs::path path = place_below(folder, named);
  archive_entry_set_pathname(entry, path.c_str());
  if (const char* const target = archive_entry_hardlink(entry))
    archive_entry_set_hardlink(entry, place_below(folder, target).c_str());
  check(writer, archive_write_header(writer, entry), name);
  if (archive_entry_size(entry) > 0) copy_content(reader, writer, name);
  check(writer, archive_write_finish_entry(writer), name);
}

void unpack_all(archive* reader, const fs::path& folder) {
  const Writer writer = disk_writer();
  for (archive_entry* entry = nullptr;;) {
    const int status = archive_read_next_header(reader, &entry);
    if (status == ARCHIVE_EOF) break;
    check(reader, status, "an archive");
    unpack_entry(reader, writer.get(), entry, folder);
  }
  // Folders get their times and modes now.
  check(writer.get(), archive_write_close(writer.get()), folder.string());
}

void unpack(Taker& taker, const fs::path& folder) {
  Input input{taker};
  const Reader reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_all(reader.get());
  try {
    check(reader.get(), archive_read_open(reader.get(), &input, nullptr, Input::read, nullptr), "it");
    unpack_all(reader.get(), folder);
  } catch (const Error&) {
    if (input.fault) std::rethrow_exception(input.fault);
    throw;
  }
}

/// A folder made beside, as `.NAME.dolly`; the archive lies in `.NAME.archive.dolly` meanwhile.
class UnpackedPlace : public Place {
 public:
  UnpackedPlace(const Root& root, const OfferedFile& file);

  Room room() const override;
  void reserve() override { taken_->reserve(); }
  Finding look(const ChunkPlace& place) override { return taken_->look(place); }
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    taken_->read(place, offset, buffer);
  }
  void write(const ChunkPlace& place, std::span<const Block> blocks) override {
    taken_->write(place, blocks);
  }
  void verified(const ChunkPlace& place) override { taken_->verified(place); }
  void complete(std::uint64_t bytes) override;
  void give_name() override;
  void remove_unfinished(bool fresh_only) noexcept override;
  void cancel() noexcept override { taken_->cancel(); }

 private:
  void make_beside();

  const fs::path full_path_;
  const bool over_the_root_;
  std::string name_, beside_name_;
  base::FileDescriptor folder_;
  std::unique_ptr<TakenPlace> taken_;
};

/// The file that keeps the archive: nothing of what the folder will be.
OfferedFile kept_archive(const OfferedFile& file) {
  OfferedFile kept;
  const fs::path path = file.path == "." ? "root" : file.path;
  kept.path = path.parent_path() / (path.filename().string() + ".archive");
  kept.size = file.size;
  kept.content = file.content;
  return kept;
}

UnpackedPlace::UnpackedPlace(const Root& root, const OfferedFile& file)
    : full_path_(root.path() / file.path), over_the_root_(file.path == ".") {
  const fs::path path(file.path);
  folder_ = root.open_folder(over_the_root_ ? fs::path() : path.parent_path());
  if (!over_the_root_) {
    name_ = path.filename();
    beside_name_ = fmt::format(".{}.dolly", name_);
    check_replaceable(folder_.get(), name_, file.path);
  }
  auto kept = open_file_place(root, kept_archive(file));
  if (!over_the_root_) make_beside();
  // libarchive follows no symbolic link on its way there, so the way must have none.
  const fs::path target = fs::read_symlink(fmt::format("/proc/self/fd/{}", folder_.get())) / beside_name_;
  taken_ = std::make_unique<TakenPlace>(std::move(kept), [target](Taker& taker) { unpack(taker, target); });
}

/// What an earlier transfer unpacked is unpacked anew, from the archive as far as that was kept.
void UnpackedPlace::make_beside() {
  remove_below(folder_.get(), beside_name_);
  if (mkdirat(folder_.get(), beside_name_.c_str(), 0755) != 0) no_place(full_path_.string(), errno);
}

Place::Room UnpackedPlace::room() const {
  Room room = taken_->room();
  room.wanted *= 2;  // the archive, and at least as much again
  return room;
}

void UnpackedPlace::complete(std::uint64_t bytes) {
  taken_->complete(bytes);
  if (syncfs(folder_.get()) != 0) throw_errno("sync " + full_path_.string());
}

void UnpackedPlace::give_name() {
  if (!over_the_root_) give_folder_name(folder_.get(), beside_name_, name_, full_path_);
  taken_->give_name();
}

void UnpackedPlace::remove_unfinished(bool fresh_only) noexcept {
  taken_->cancel();
  taken_->remove_unfinished(fresh_only);
  if (!over_the_root_) remove_below(folder_.get(), beside_name_);
}

}  // namespace

std::unique_ptr<Place> open_unpacked_place(const Root& root, const OfferedFile& file) {
  return std::make_unique<UnpackedPlace>(root, file);
}

}  // namespace lucie::dolly
