#include "dolly/destination.hpp"

#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "dolly/taken_place.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Place> open_place(const Root& root, const OfferedFile& file) {
  if (!(file.unpack && file.path == ".")) check_path(file.path);
  if (file.unpack) return open_unpacked_place(root, file);
  return file.content == Content::tree ? open_tree_place(root, file) : open_file_place(root, file);
}

}  // namespace

Destination::Destination(const fs::path& root_path, const std::vector<OfferedFile>& files) {
  const Root root(root_path);
  try {
    for (const OfferedFile& file : files) {
      places_.push_back(open_place(root, file));
      files_.push_back(file);
    }
    check_room();
  } catch (const NoPlace&) {
    remove_unfinished(true);
    throw;
  }
}

Destination::Destination(std::unique_ptr<Place> place, const OfferedFile& file) : files_{file} {
  places_.push_back(std::move(place));
  check_room();
}

void Destination::check_room() const {
  std::map<dev_t, std::uint64_t> wanted;
  for (std::size_t file = 0; file < places_.size(); ++file) {
    const Place::Room room = places_[file]->room();
    std::uint64_t& all = wanted[room.device] += room.wanted;
    if (all > room.free)
      throw NoPlace(Refusal::space, fmt::format("{}: needs {}, but only {} are free", files_[file].path,
                                                base::human_size(all), base::human_size(room.free)));
  }
}

void Destination::reserve() {
  try {
    for (const auto& place : places_) place->reserve();
  } catch (const NoPlace&) {
    remove_unfinished(true);
    throw;
  }
}

void Destination::find_chunks(Store& store, Verify verify, const std::function<void()>& alive) {
  const Layout& layout = store.layout();
  MemoryPool pool;
  std::map<std::uint32_t, std::string> digests_of_zeros;  // by size
  for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    const ChunkPlace place = layout.place(chunk);
    const Place::Finding finding = places_[place.file]->look(place);
    if (finding == Place::Finding::nothing && layout.is_stream()) return;
    if (finding == Place::Finding::nothing) continue;
    const auto digest = [&] { return read_digest(*this, pool, layout, chunk, verify); };
    if (finding == Place::Finding::hole) {
      std::string& of_zeros = digests_of_zeros[place.size];
      if (of_zeros.empty()) of_zeros = digest();
      store.found(chunk, of_zeros);
    } else {
      store.found(chunk, digest());
    }
    alive();
  }
}

void Destination::read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) {
  places_[place.file]->read(place, offset, buffer);
}

void Destination::write(const ChunkPlace& place, std::span<const Block> blocks) {
  places_[place.file]->write(place, blocks);
}

void Destination::open_list(Store& store, std::size_t file) {
  if (places_[file]->open_list()) store.forget_found(file);
}

void Destination::finish(const Layout& layout) {
  for (std::size_t file = 0; file < places_.size(); ++file)
    places_[file]->complete(layout.is_stream() ? layout.bytes() : files_[file].size);
  for (const auto& place : places_) place->give_name();
}

void Destination::cancel() noexcept {
  for (const auto& place : places_) place->cancel();
}

void Destination::remove_unfinished(bool fresh_only) noexcept {
  for (const auto& place : places_) place->remove_unfinished(fresh_only);
}

namespace {

std::unique_ptr<Place> open_output(const OutputOptions& options, const OfferedFile& file) {
  if (fs::is_block_file(options.output)) return open_device_place(options.output, file, options.resume);
  OfferedFile kept = file;
  kept.path = "received";
  return open_pipe_place(Root(options.root), kept, options.output);
}

}  // namespace

OpenFiles single_output(const OutputOptions& options) {
  return [options](const Offer& offer) -> std::unique_ptr<ReceivedFiles> {
    const OfferedFile& file = offer.files.front();
    if (offer.files.size() > 1 || file.content == Content::tree || file.unpack)
      throw NoPlace(Refusal::place, fmt::format("{} takes one file, no folder or archive to unpack",
                                                options.output.string()));
    return std::make_unique<Destination>(open_output(options, file), file);
  };
}

OpenFiles files_below(const fs::path& root) {
  return [root](const Offer& offer) { return std::make_unique<Destination>(root, offer.files); };
}

}  // namespace lucie::dolly
