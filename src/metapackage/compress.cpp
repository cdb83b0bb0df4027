#include <algorithm>
#include <bit>
#include <charconv>
#include <fmt/format.h>
#include <libdeflate.h>
#include <lzma.h>
#include <memory>
#include <zstd.h>

#include "base/error.hpp"
#include "metapackage/archive.hpp"

/// Compression of texts that lie in memory whole. Their size is known, so tables and windows are made no
/// larger than they are: for a small package that is what takes most of the time and memory of xz and zstd.
namespace lucie::metapackage {
namespace {

struct Kind {
  Compression compression;
  std::string_view name, suffix;
  int lowest, highest, standard;  ///< levels; the standards are those of dpkg-deb(1)
};
constexpr Kind kinds[] = {{Compression::xz, "xz", ".xz", 0, 9, 6},
                          {Compression::zst, "zstd", ".zst", 1, 22, 19},
                          {Compression::gz, "gzip", ".gz", 1, 9, 9},
                          {Compression::none, "none", "", 0, 0, 0}};

const Kind& kind_of(Compression compression) {
  return *std::find_if(std::begin(kinds), std::end(kinds),
                       [&](const Kind& kind) { return kind.compression == compression; });
}

/// What most packages are made of is small text: there hash chains, without the places of bytes in words of
/// four, give as small a result as binary trees with them, in less than half the time.
lzma_options_lzma xz_options(std::size_t size, Packing packing) {
  const int level = packing.level.value_or(kind_of(Compression::xz).standard);
  lzma_options_lzma options{};
  if (lzma_lzma_preset(&options, static_cast<std::uint32_t>(level))) throw Error("xz: unknown level");
  if (packing.level || size > small_size) return options;
  options.mf = LZMA_MF_HC4;
  options.nice_len = 32;
  options.pb = 0;
  return options;
}

std::string xz(std::string_view bytes, Packing packing) {
  lzma_options_lzma options = xz_options(bytes.size(), packing);
  const auto whole = static_cast<std::uint32_t>(
      std::bit_ceil(std::clamp<std::size_t>(bytes.size(), LZMA_DICT_SIZE_MIN, options.dict_size)));
  options.dict_size = std::min(options.dict_size, whole);
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  std::string packed(lzma_stream_buffer_bound(bytes.size()), '\0');
  std::size_t size = 0;
  const auto done = lzma_stream_buffer_encode(
      filters, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
      reinterpret_cast<std::uint8_t*>(packed.data()), &size, packed.size());
  if (done != LZMA_OK)
    throw EnvironmentError(fmt::format("xz cannot compress: failure {}", static_cast<int>(done)));
  packed.resize(size);
  return packed;
}

std::string zst(std::string_view bytes, int level) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), packed.data(), packed.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0) throw EnvironmentError(fmt::format("zstd: {}", ZSTD_getErrorName(size)));
  packed.resize(size);
  return packed;
}

std::string gzip(std::string_view bytes, int level) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(level), libdeflate_free_compressor);
  if (!compressor) throw EnvironmentError("gzip: no memory");
  const std::size_t bound = libdeflate_gzip_compress_bound(compressor.get(), bytes.size());
  // Most of it is never written to.
  const auto packed = std::make_unique_for_overwrite<char[]>(bound);
  return {packed.get(),
          libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), packed.get(), bound)};
}

}  // namespace

std::string suffix(Compression compression) {
  return std::string(kind_of(compression).suffix);
}

Packing packing_from(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const auto* kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& kind) { return kind.name == name; });
  if (kind == std::end(kinds)) {
    throw UsageError(fmt::format("unknown compression '{}'", name))
        .hint("xz, zstd, gzip or none, with :LEVEL or without");
  }
  if (colon == std::string_view::npos) return {kind->compression};
  const std::string_view digits = text.substr(colon + 1);
  int level = -1;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
  const bool number = failure == std::errc() && end == digits.data() + digits.size();
  if (!number || level < kind->lowest || level > kind->highest || name == "none") {
    throw UsageError(fmt::format("'{}' is no level of {}", digits, name))
        .hint(name == "none" ? "it has none" : fmt::format("{} to {}", kind->lowest, kind->highest));
  }
  return {kind->compression, level};
}

std::string compress(std::string_view bytes, Packing packing) {
  const int level = packing.level.value_or(kind_of(packing.compression).standard);
  switch (packing.compression) {
    case Compression::xz:
      return xz(bytes, packing);
    case Compression::zst:
      return zst(bytes, level);
    case Compression::gz:
      return gzip(bytes, level);
    case Compression::none:
      break;
  }
  return std::string(bytes);
}

std::optional<std::string> unpack_gzip(std::string_view bytes, std::size_t size) {
  constexpr std::size_t best_ratio = 1032;  // of deflate: 258 bytes in two bits
  if (size / best_ratio > bytes.size()) return {};
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) throw EnvironmentError("gzip: no memory");
  std::string text(size, '\0');
  const auto result = libdeflate_gzip_decompress(decompressor.get(), bytes.data(), bytes.size(), text.data(),
                                                 text.size(), nullptr);
  if (result != LIBDEFLATE_SUCCESS) return {};
  return text;
}

}  // namespace lucie::metapackage
