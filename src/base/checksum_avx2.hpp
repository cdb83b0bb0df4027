#pragma once

#include <cstdint>
#include <string_view>

namespace lucie::base {

/// The same checksum for processors with AVX2, which take half the time for it. Programs are compiled for
/// every processor of their architecture, so the choice is made when they run.
std::uint64_t xxh3_64_avx2(std::string_view bytes);

}  // namespace lucie::base
