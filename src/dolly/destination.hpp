#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dolly/place.hpp"
#include "dolly/received_files.hpp"

namespace lucie::dolly {

/// What a receiver gets, and where it goes. It is written beside, as `.NAME.dolly`, and gets its names when
/// all of it is verified. What an interrupted transfer left there is used again.
class Destination : public ReceivedFiles {
 public:
  /// Opens (or makes) the files and their folders below `root`, and looks whether there is room. Throws
  /// NoPlace.
  Destination(const std::filesystem::path& root, const std::vector<OfferedFile>& files);

  void reserve() override;
  void find_chunks(Store& store, Verify verify, const std::function<void()>& alive) override;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override;
  void write(const ChunkPlace& place, std::span<const Block> blocks) override;
  void open_list(Store& store, std::size_t file) override;
  void finish() override;
  void remove_unfinished(bool fresh_only = false) noexcept override;

 private:
  void check_room() const;

  std::vector<std::unique_ptr<Place>> places_;
  std::vector<std::string> paths_;
};

/// Files below `root`, for a receiver.
OpenFiles files_below(const std::filesystem::path& root);

}  // namespace lucie::dolly
