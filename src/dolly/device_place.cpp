#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/place.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

/// A block device, which is written as it comes: it has no other name that it could lie under meanwhile.
class DevicePlace : public Place {
 public:
  /// `look_first`: perhaps an earlier transfer was interrupted.
  DevicePlace(const fs::path& device, bool look_first)
      : path_(device),
        look_first_(look_first),
        // Nobody may have it mounted.
        device_(open(device.c_str(), O_RDWR | O_EXCL | O_CLOEXEC)) {
    if (!device_.valid()) no_place(device.string(), errno);
    if (flock(device_.get(), LOCK_EX | LOCK_NB) != 0)
      throw NoPlace(Refusal::busy, fmt::format("another program writes to {}", device.string()));
    const off_t end = lseek(device_.get(), 0, SEEK_END);
    if (end < 0) no_place(device.string(), errno);
    size_ = static_cast<std::uint64_t>(end);
  }

  void check_size(std::uint64_t bytes) const {
    if (bytes > size_)
      throw NoPlace(Refusal::space, fmt::format("{}: needs {}, but has only {}", path_.string(),
                                                base::human_size(bytes), base::human_size(size_)));
  }

  Room room() const override { return {}; }
  void reserve() override {}
  Finding look(const ChunkPlace& place) override {
    return look_first_ && place.offset + place.size <= size_ ? Finding::bytes : Finding::nothing;
  }
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    read_exactly(device_.get(), place.offset + offset, buffer, path_);
  }
  void write(const ChunkPlace& place, std::span<const Block> blocks) override {
    std::vector<std::string_view> contents;
    for (const Block& block : blocks) contents.push_back(block.content());
    write_exactly(device_.get(), place.offset + blocks.front().offset, contents, path_);
  }
  void complete(std::uint64_t) override {
    if (fsync(device_.get()) != 0) throw_errno("fsync " + path_.string());
  }
  void give_name() override {}
  void remove_unfinished(bool) noexcept override {}

 private:
  const fs::path path_;
  const bool look_first_;
  const base::FileDescriptor device_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::unique_ptr<Place> open_device_place(const fs::path& device, const OfferedFile& file, bool look_first) {
  auto place = std::make_unique<DevicePlace>(device, look_first);
  place->check_size(file.size);
  return place;
}

}  // namespace lucie::dolly
