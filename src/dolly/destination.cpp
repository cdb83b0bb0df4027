#include "dolly/destination.hpp"

#include <fmt/format.h>
#include <map>

#include "base/text.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Place> open_place(const Root& root, const OfferedFile& file) {
  check_path(file.path);
  return file.content == Content::tree ? open_tree_place(root, file) : open_file_place(root, file);
}

}  // namespace

Destination::Destination(const fs::path& root_path, const std::vector<OfferedFile>& files) {
  const Root root(root_path);
  try {
    for (const OfferedFile& file : files) {
      places_.push_back(open_place(root, file));
      paths_.push_back(file.path);
    }
    check_room();
  } catch (const NoPlace&) {
    remove_unfinished(true);
    throw;
  }
}

void Destination::check_room() const {
  std::map<dev_t, std::uint64_t> wanted;
  for (std::size_t file = 0; file < places_.size(); ++file) {
    const Place::Room room = places_[file]->room();
    std::uint64_t& all = wanted[room.device] += room.wanted;
    if (all > room.free)
      throw NoPlace(Refusal::space, fmt::format("{}: needs {}, but only {} are free", paths_[file],
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
    const ChunkPlace& place = layout.place(chunk);
    const Place::Finding finding = places_[place.file]->look(place);
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

void Destination::finish() {
  for (const auto& place : places_) place->complete();
  for (const auto& place : places_) place->give_name();
}

void Destination::remove_unfinished(bool fresh_only) noexcept {
  for (const auto& place : places_) place->remove_unfinished(fresh_only);
}

OpenFiles files_below(const fs::path& root) {
  return [root](const Offer& offer) { return std::make_unique<Destination>(root, offer.files); };
}

}  // namespace lucie::dolly
