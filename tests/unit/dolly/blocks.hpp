#pragma once

#include <algorithm>
#include <string_view>

#include "dolly/block.hpp"

namespace lucie::test {

/// A block with this content, in memory of its own.
inline dolly::Block block_of(std::uint32_t chunk, std::uint32_t offset, std::string_view content) {
  const std::size_t size = content.size() + dolly::frame_header_size + dolly::block_header_size;
  const auto memory = std::make_shared_for_overwrite<char[]>(size);
  std::ranges::copy(content, dolly::content_place(memory.get()));
  return dolly::finish_block(memory, memory.get(), chunk, offset, content.size());
}

}  // namespace lucie::test
