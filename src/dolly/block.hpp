#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dolly/threads.hpp"

namespace lucie::dolly {

using Memory = std::shared_ptr<char[]>;

/// Pieces of memory that what is read from the network or a file lies in. They are used again when nobody
/// holds them any more: memory that is new to the process would have to be cleared by the kernel each time,
/// which costs as much as copying it.
class MemoryPool {
 public:
  static constexpr std::size_t piece_size = 1 << 20;

  /// At least `size` bytes, whatever they hold.
  Memory take(std::size_t size = piece_size);

 private:
  struct Unused {
    Mutex mutex;
    std::vector<std::unique_ptr<char[]>> pieces;
  };
  std::shared_ptr<Unused> unused_ = std::make_shared<Unused>();
};

/// A part of a chunk as it travels: its frame, header and content in one piece, is passed on as it came.
struct Block {
  std::uint32_t chunk = 0, offset = 0;  ///< offset in the chunk
  std::uint64_t checksum = 0;           ///< XXH3 of the content
  std::string_view frame;               ///< lies in `memory`
  Memory memory;
  std::uint32_t unpacked =
      0;  ///< the content is compressed (zstd), and this many bytes without; 0: it is not

  /// As it travels.
  std::string_view content() const;
  /// Bytes of the chunk that it brings.
  std::uint32_t size() const {
    return unpacked != 0 ? unpacked : static_cast<std::uint32_t>(content().size());
  }
};

std::uint64_t checksum_of(std::string_view content);

/// Bytes of a block's frame before its content.
inline constexpr std::size_t frame_header_size = 5, block_header_size = 16, packed_header_size = 20;

/// Where the content of a new block goes, before `finish_block` writes the header in front of it. `memory`
/// has room for `frame_header_size + block_header_size` more bytes than the content.
inline char* content_place(char* frame) {
  return frame + frame_header_size + block_header_size;
}
inline char* packed_content_place(char* frame) {
  return frame + frame_header_size + packed_header_size;
}
/// The content lies at its place behind `frame`.
Block finish_block(const Memory& memory, char* frame, std::uint32_t chunk, std::uint32_t offset,
                   std::size_t size);
/// The same for the packed content of a block, which is `size` bytes long.
Block finish_packed_block(const Memory& memory, char* frame, const Block& block, std::size_t size);

}  // namespace lucie::dolly
