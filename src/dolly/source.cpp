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
  const fs::path name = path == "-" ? fs::path() : name_of(path);
  if (name.empty())
    throw Error(fmt::format("{} has no name of its own", path.string())).hint("say one with --dest");
  return destination.empty() ? name.string() : (fs::path(destination) / name).string();
}

std::unique_ptr<SourcePart> open_part(const fs::path& path) {
  struct stat status {};
  if (path == "-") return open_source_stream(path);
  if (stat(path.c_str(), &status) != 0) throw_errno("open " + path.string());
  if (S_ISDIR(status.st_mode)) return open_source_tree(path);
  if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) return open_source_file(path);
  if (S_ISFIFO(status.st_mode)) return open_source_stream(path);
  throw Error(fmt::format("{} is no regular file, folder, block device or pipe", path.string()));
}

}  // namespace

Source::Source(const std::vector<fs::path>& paths, const std::string& destination, bool unpack) {
  if (unpack && (paths.size() > 1 || destination.empty()))
    throw Error("--unpack takes one FILE, and --dest")
        .hint("--dest is the folder that its content makes; '.' for the receivers' root itself");
  for (const fs::path& path : paths) {
    parts_.push_back(open_part(path));
    stream_ = dynamic_cast<SourceStream*>(parts_.back().get());
    if (stream_ != nullptr && paths.size() > 1) throw Error(path.string() + " cannot be sent with others");
    OfferedFile offered = parts_.back()->offered();
    offered.unpack = unpack;
    if (unpack && offered.content == Content::tree) throw Error(path.string() + " is a folder, no archive");
    offered.path = place_of(path, destination, paths.size() == 1);
    check_place(offered.path);
    offered_.push_back(std::move(offered));
  }
}

Source::Source(std::unique_ptr<SourcePart> part, const std::string& destination) {
  offered_.push_back(part->offered());
  offered_.back().path = destination;
  parts_.push_back(std::move(part));
}

void Source::check_place(const std::string& path) const {
  if (std::ranges::find(offered_, path, &OfferedFile::path) != offered_.end())
    throw Error(fmt::format("two files would become {}", path));
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

void Source::announce_all(Store& store, Layout& layout, Verify verify, const std::function<void()>& waiting) {
  MemoryPool pool;
  const auto goes_on = [&] {
    waiting();
    return !store.is_closed();
  };
  for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    if (!store.wait_until_asked(chunks_ahead)) return;
    if (stream_ != nullptr && !stream_->read_on(layout, chunk, goes_on)) return;
    const std::string digest = read_digest(*this, pool, layout, chunk, verify);
    store.found(chunk, digest);
    store.confirm(chunk, digest);
    const ChunkPlace place = layout.place(chunk);
    parts_[place.file]->check_unchanged(place);
  }
}

}  // namespace lucie::dolly
