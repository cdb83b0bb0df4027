#include "dolly/block.hpp"

#include "base/checksum.hpp"
#include "dolly/protocol.hpp"

namespace lucie::dolly {

Memory MemoryPool::take(std::size_t size) {
  if (size > piece_size) return std::make_shared_for_overwrite<char[]>(size);
  std::unique_ptr<char[]> piece;
  {
    const std::lock_guard lock(unused_->mutex);
    if (!unused_->pieces.empty()) {
      piece = std::move(unused_->pieces.back());
      unused_->pieces.pop_back();
    }
  }
  if (!piece) piece = std::make_unique_for_overwrite<char[]>(piece_size);
  return {piece.release(), [unused = unused_](char* bytes) {
            std::unique_ptr<char[]> returned(bytes);
            const std::lock_guard lock(unused->mutex);
            unused->pieces.push_back(std::move(returned));
          }};
}

std::string_view Block::content() const {
  return frame.substr(frame_header_size + (unpacked != 0 ? packed_header_size : block_header_size));
}

std::uint64_t checksum_of(std::string_view content) {
  return base::xxh3_64(content);
}

Block finish_block(const Memory& memory, char* frame, std::uint32_t chunk, std::uint32_t offset,
                   std::size_t size) {
  const std::uint64_t checksum = checksum_of({content_place(frame), size});
  const std::string header =
      frame_header(Kind::block, block_header_size + size) + encode(BlockHeader{chunk, offset, checksum});
  header.copy(frame, header.size());
  return {chunk, offset, checksum, {frame, header.size() + size}, memory};
}

Block finish_packed_block(const Memory& memory, char* frame, const Block& block, std::size_t size) {
  const std::uint64_t checksum = checksum_of({packed_content_place(frame), size});
  const std::uint32_t unpacked = block.size();
  const std::string header = frame_header(Kind::packed, packed_header_size + size) +
                             encode(BlockHeader{block.chunk, block.offset, checksum, unpacked});
  header.copy(frame, header.size());
  return {block.chunk, block.offset, checksum, {frame, header.size() + size}, memory, unpacked};
}

}  // namespace lucie::dolly
