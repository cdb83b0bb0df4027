#include "dolly/source.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

/// Chunks that are read and hashed before a successor asks for them.
constexpr std::size_t chunks_ahead = 8;

/// The name of `folder/` is `folder`, and that of `.` what it is called elsewhere.
fs::path name_of(const fs::path& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole.filename() : whole.parent_path().filename();
}

std::string place_of(const fs::path& path, const std::string& destination, bool single) {
  if (single && !destination.empty()) return destination;
  const fs::path name = name_of(path);
  if (name.empty())
    throw Error(fmt::format("{} has no name of its own", path.string())).hint("say one with --dest");
  return destination.empty() ? name.string() : (fs::path(destination) / name).string();
}

std::unique_ptr<SourcePart> open_part(const fs::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw_errno("open " + path.string());
  if (S_ISDIR(status.st_mode)) return open_source_tree(path);
  if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) return open_source_file(path);
  throw Error(fmt::format("{} is no regular file, folder or block device", path.string()));
}

}  // namespace

Source::Source(const std::vector<fs::path>& paths, const std::string& destination) {
  for (const fs::path& path : paths) {
    parts_.push_back(open_part(path));
    OfferedFile offered = parts_.back()->offered();
    offered.path = place_of(path, destination, paths.size() == 1);
    check_place(offered.path);
    offered_.push_back(std::move(offered));
  }
}

void Source::check_place(const std::string& path) const {
  for (const OfferedFile& other : offered_) {
    if (other.path == path) throw Error(fmt::format("two files would become {}", path));
    const auto [outer, inner] = std::ranges::minmax({other.path, path}, {}, &std::string::size);
    if (inner.starts_with(outer + "/"))
      throw Error(fmt::format("{} would lie in {}, which is sent as well", inner, outer));
  }
}

void Source::read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) {
  parts_[place.file]->read(place, offset, buffer);
}

std::string Source::identity() const {
  std::string text;
  for (std::size_t part = 0; part < parts_.size(); ++part)
    text += fmt::format("{} {}\n", offered_[part].path, parts_[part]->identity());
  return text;
}

void Source::announce_all(Store& store, Verify verify) {
  const Layout& layout = store.layout();
  MemoryPool pool;
  for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    if (!store.wait_until_asked(chunks_ahead)) return;
    const std::string digest = read_digest(*this, pool, layout, chunk, verify);
    store.found(chunk, digest);
    store.confirm(chunk, digest);
    const ChunkPlace& place = layout.place(chunk);
    parts_[place.file]->check_unchanged(place);
  }
}

}  // namespace lucie::dolly
