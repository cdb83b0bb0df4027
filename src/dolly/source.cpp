#include "dolly/source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <set>
#include <sys/stat.h>

#include "base/error.hpp"
#include "dolly/file_bytes.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

/// Chunks that are read and hashed before a successor asks for them.
constexpr std::size_t chunks_ahead = 8;

std::int64_t change_time(const struct stat& status) {
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

std::string place_of(const fs::path& file, const std::string& destination, bool single) {
  const fs::path name = file.filename();
  if (destination.empty()) return name;
  return single ? destination : (fs::path(destination) / name).string();
}

}  // namespace

Source::Source(const std::vector<fs::path>& files, const std::string& destination) {
  std::set<std::string> places;
  for (const fs::path& path : files) {
    Opened file{path, base::FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0};
    if (!file.descriptor.valid()) throw_errno("open " + path.string());
    struct stat status {};
    if (fstat(file.descriptor.get(), &status) != 0) throw_errno("stat " + path.string());
    if (!S_ISREG(status.st_mode)) throw Error(fmt::format("{} is no regular file", path.string()));
    file.changed = change_time(status);
    offered_.push_back({place_of(path, destination, files.size() == 1),
                        static_cast<std::uint64_t>(status.st_size), status.st_mode & 0777});
    if (!places.insert(offered_.back().path).second)
      throw Error(fmt::format("two files would become {}", offered_.back().path));
    files_.push_back(std::move(file));
  }
}

void Source::read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) {
  const Opened& file = files_[place.file];
  read_exactly(file.descriptor.get(), place.offset + offset, buffer, file.path);
}

std::string Source::identity() const {
  std::string text;
  for (std::size_t file = 0; file < files_.size(); ++file)
    text += fmt::format("{} {} {} {:o}\n", offered_[file].path, offered_[file].size, files_[file].changed,
                        offered_[file].mode);
  return text;
}

void Source::check_unchanged(std::size_t file) const {
  struct stat status {};
  const bool known = fstat(files_[file].descriptor.get(), &status) == 0;
  if (!known || change_time(status) != files_[file].changed ||
      static_cast<std::uint64_t>(status.st_size) != offered_[file].size)
    throw Error(fmt::format("{} was changed while it was sent", files_[file].path.string()))
        .hint("send it again when nobody writes to it");
}

void Source::announce_all(Store& store, Verify verify) {
  const Layout& layout = store.layout();
  MemoryPool pool;
  for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    if (!store.wait_until_asked(chunks_ahead)) return;
    const std::string digest = read_digest(*this, pool, layout, chunk, verify);
    store.found(chunk, digest);
    store.confirm(chunk, digest);
    check_unchanged(layout.place(chunk).file);
  }
}

}  // namespace lucie::dolly
