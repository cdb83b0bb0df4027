// Compiled for AVX2, so nothing else may stand here: what is inlined twice could be taken from this file.
#define XXH_INLINE_ALL
#include "base/checksum_avx2.hpp"

#include <xxhash.h>

namespace lucie::base {

std::uint64_t xxh3_64_avx2(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace lucie::base
