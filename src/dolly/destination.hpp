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
  /// What is offered goes to this place alone. Throws NoPlace.
  Destination(std::unique_ptr<Place> place, const OfferedFile& file);

  void reserve() override;
  void find_chunks(Store& store, Verify verify, const std::function<void()>& alive) override;
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override;
  void write(const ChunkPlace& place, std::span<const Block> blocks) override;
  void open_list(Store& store, std::size_t file) override;
  void verified(const ChunkPlace& place) override { places_[place.file]->verified(place); }
  void finish(const Layout& layout) override;
  void cancel() noexcept override;
  void remove_unfinished(bool fresh_only = false) noexcept override;

 private:
  void check_room() const;

  std::vector<std::unique_ptr<Place>> places_;
  std::vector<OfferedFile> files_;
};

/// Where a single file goes that is not to lie under its own name.
struct OutputOptions {
  std::filesystem::path
      output;  ///< a block device, or what takes bytes one behind the other; `-`: standard output
  std::filesystem::path root;  ///< where they are kept meanwhile, unless it is a device
  bool resume = false;         ///< what lies on the device may be of an earlier transfer
};
OpenFiles single_output(const OutputOptions& options);

/// Files below `root`, for a receiver.
OpenFiles files_below(const std::filesystem::path& root);

}  // namespace lucie::dolly
