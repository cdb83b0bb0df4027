#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "dolly/received_files.hpp"
#include "dolly/source_part.hpp"

namespace lucie::dolly {

/// The content of a simulated file: a pattern, again and again, so that it costs no memory.
class SimulatedContent {
 public:
  explicit SimulatedContent(std::string pattern);
  /// What lies at `offset`; at most a block.
  std::string_view at(std::uint64_t offset, std::size_t size) const;

 private:
  std::size_t period_;
  std::string repeated_;
};

/// The same as what a master sends. It never changes.
class SimulatedSource : public SourcePart {
 public:
  SimulatedSource(const SimulatedContent& content, std::uint64_t size) : content_(content), size_(size) {}

  OfferedFile offered() const override { return {.path = {}, .size = size_}; }
  std::string identity() const override { return std::to_string(size_); }
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    content_.at(place.offset + offset, buffer.size()).copy(buffer.data(), buffer.size());
  }
  void check_unchanged(const ChunkPlace&) const override {}

 private:
  const SimulatedContent& content_;
  const std::uint64_t size_;
};

/// The disk of a simulated node, for one file. It remembers of each block only whether it is right, and the
/// content of those that are not. What was written stays when the node's programs are killed.
class SimulatedDisk {
 public:
  SimulatedDisk(const SimulatedContent& content, std::uint64_t size) : content_(content), size_(size) {}

  /// For one program, which owns the disk until it is killed, or another one is opened.
  OpenFiles open();
  /// What is written from now on by programs that were opened is lost.
  void close_all() { ++owner_; }

  /// When the file got its name; 0: it is not there.
  Clock::time_point whole_since() const { return whole_since_; }
  /// Whether what was written there is right.
  bool is_right(std::uint64_t offset, std::uint64_t size) const;
  /// As when it is full.
  void fill_up() { full_ = true; }
  void set_rate(double bytes_per_second) { rate_ = bytes_per_second; }

 private:
  friend class SimulatedFiles;
  const SimulatedContent& content_;
  const std::uint64_t size_;
  std::uint64_t owner_ = 0;
  double rate_ = 0;  ///< bytes per second; 0: no limit
  bool full_ = false;
  Clock::time_point whole_since_;
  std::vector<bool> right_;
  std::map<std::uint64_t, std::string> wrong_;
};

}  // namespace lucie::dolly
