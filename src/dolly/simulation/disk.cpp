#include "dolly/simulation/disk.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "dolly/destination.hpp"

namespace lucie::dolly {

SimulatedContent::SimulatedContent(std::string pattern) : period_(pattern.size()) {
  while (repeated_.size() < period_ + block_size) repeated_ += pattern;
}

std::string_view SimulatedContent::at(std::uint64_t offset, std::size_t size) const {
  return std::string_view(repeated_).substr(offset % period_, size);
}

bool SimulatedDisk::is_right(std::uint64_t offset, std::uint64_t size) const {
  if (right_.empty()) return size == 0;
  for (std::uint64_t block = offset / block_size; block * block_size < offset + size; ++block) {
    if (!right_[block]) return false;
  }
  return true;
}

class SimulatedFiles : public ReceivedFiles {
 public:
  explicit SimulatedFiles(SimulatedDisk& disk) : disk_(disk), owner_(disk.owner_) {}

  void reserve() override {
    if (disk_.right_.empty()) disk_.right_.resize(disk_.size_ / block_size + 1);
  }

  void find_chunks(Store& store, Verify verify, const std::function<void()>& alive) override {
    const Layout& layout = store.layout();
    MemoryPool pool;
    for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
      const ChunkPlace place = layout.place(chunk);
      const std::uint64_t first = place.offset / block_size,
                          end = (place.offset + place.size + block_size - 1) / block_size;
      bool there = true;
      for (std::uint64_t block = first; block < end; ++block) there = there && holds(block);
      if (!there) continue;
      store.found(chunk, read_digest(*this, pool, layout, chunk, verify));
      alive();
    }
  }

  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    const std::uint64_t block = (place.offset + offset) / block_size;
    const auto wrong = disk_.wrong_.find(block);
    if (wrong != disk_.wrong_.end()) {
      wrong->second.copy(buffer.data(), buffer.size());
    } else if (disk_.right_[block]) {
      disk_.content_.at(place.offset + offset, buffer.size()).copy(buffer.data(), buffer.size());
    } else {
      throw EnvironmentError("read: nothing was written there");
    }
  }

  void write(const ChunkPlace& place, std::span<const Block> blocks) override {
    for (const Block& block : blocks) write(place.offset + block.offset, block.content());
  }

  void open_list(Store&, std::size_t) override {}

  void finish(const Layout&) override {
    if (!owns()) return;
    if (!disk_.is_right(0, disk_.size_)) throw EnvironmentError("what was verified is not right");
    disk_.whole_since_ = Clock::now();
  }

  void remove_unfinished(bool) noexcept override {
    if (!owns()) return;
    disk_.wrong_.clear();
    disk_.right_.assign(disk_.right_.size(), false);
  }

 private:
  bool owns() const { return owner_ == disk_.owner_; }
  bool holds(std::uint64_t block) const { return disk_.right_[block] || disk_.wrong_.contains(block); }

  void write(std::uint64_t offset, std::string_view content) {
    if (disk_.full_) throw EnvironmentError("write: No space left on device");
    if (disk_.rate_ > 0)
      sleep_for(std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(static_cast<double>(content.size()) / disk_.rate_)));
    if (!owns()) return;
    const std::uint64_t block = offset / block_size;
    disk_.wrong_.erase(block);
    disk_.right_[block] = content == disk_.content_.at(offset, content.size());
    if (!disk_.right_[block]) disk_.wrong_[block] = content;
  }

  SimulatedDisk& disk_;
  const std::uint64_t owner_;
};

OpenFiles SimulatedDisk::open() {
  const std::uint64_t owner = ++owner_;
  return [this, owner](const Offer&) -> std::unique_ptr<ReceivedFiles> {
    if (owner != owner_) throw NoPlace(Refusal::place, "its program was killed");
    return std::make_unique<SimulatedFiles>(*this);
  };
}

}  // namespace lucie::dolly
