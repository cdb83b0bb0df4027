#include "base/checksum.hpp"

// The header alone: nodes need no library for it.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/checksum_avx2.hpp"

namespace lucie::base {

std::uint64_t xxh3_64(std::string_view bytes) {
#if LUCIE_CHECKSUM_AVX2
  static const bool wide = __builtin_cpu_supports("avx2");
  if (wide) return xxh3_64_avx2(bytes);
#endif
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace lucie::base
