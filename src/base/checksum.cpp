#include "base/checksum.hpp"

// The header alone: nodes need no library for it.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace lucie::base {

std::uint64_t xxh3_64(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace lucie::base
