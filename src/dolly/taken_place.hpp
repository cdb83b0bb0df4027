#pragma once

#include <memory>

#include "dolly/place.hpp"
#include "dolly/taker.hpp"

namespace lucie::dolly {

/// What is received is kept in a file, for those behind in the ring, and taken on from there while it
/// arrives.
class TakenPlace : public Place {
 public:
  TakenPlace(std::unique_ptr<Place> kept, Taker::Work work)
      : kept_(std::move(kept)),
        taker_(
            [this](auto offset, auto buffer) {
              kept_->read({0, offset, 0}, 0, buffer);
            },
            std::move(work)) {}

  Room room() const override { return kept_->room(); }
  void reserve() override { kept_->reserve(); }
  Finding look(const ChunkPlace& place) override { return kept_->look(place); }
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    kept_->read(place, offset, buffer);
  }
  void write(const ChunkPlace& place, std::span<const Block> blocks) override { kept_->write(place, blocks); }
  void verified(const ChunkPlace& place) override { taker_.verified(place.offset, place.size); }
  void complete(std::uint64_t bytes) override { taker_.finish(bytes); }
  void give_name() override { kept_->remove_unfinished(false); }
  void remove_unfinished(bool fresh_only) noexcept override { kept_->remove_unfinished(fresh_only); }
  void cancel() noexcept override { taker_.cancel(); }

 private:
  const std::unique_ptr<Place> kept_;
  Taker taker_;
};

/// Writes to a pipe, or whatever takes bytes one behind the other; `-` is the standard output. What is
/// received is kept below `root` meanwhile. Throws NoPlace.
std::unique_ptr<Place> open_pipe_place(const Root& root, const OfferedFile& file,
                                       const std::filesystem::path& pipe);
/// Unpacks an archive (tar, cpio, zip and what libarchive knows besides, compressed or not) into the folder
/// that `file.path` names, which is made beside and gets its name at the end; `.`: into the root itself,
/// over what is there. Throws NoPlace.
std::unique_ptr<Place> open_unpacked_place(const Root& root, const OfferedFile& file);

}  // namespace lucie::dolly
