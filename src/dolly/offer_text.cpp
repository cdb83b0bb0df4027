#include "dolly/offer_text.hpp"

#include <zstd.h>

#include "base/error.hpp"
#include "dolly/connection.hpp"

namespace lucie::dolly {
namespace {

/// A long ring's list is packed to a twentieth by any level; zstd's usual one takes 3 ms for 10,000 nodes.
constexpr int usual_level = 3;

/// What one frame could bring unpacked, so that a few bytes cannot ask for all of a node's memory.
constexpr unsigned long long most_plain = 64 << 20;

const std::string nothing;

}  // namespace

OfferText::OfferText(std::string plain) {
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), usual_level);
  if (ZSTD_isError(size) != 0) throw EnvironmentError("an offer cannot be packed");
  packed.resize(size);
  packed.shrink_to_fit();
  forms_ = std::make_shared<const Forms>(std::move(plain), std::move(packed));
}

OfferText OfferText::unpack(std::string_view packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  // Those that say that it is unknown, or that this is no frame, are the largest numbers.
  if (size > most_plain) throw ConnectionLost("an offer that cannot be unpacked");
  std::string plain(size, '\0');
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size() ||
      ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size()) != plain.size())
    throw ConnectionLost("an offer that cannot be unpacked");
  OfferText text;
  text.forms_ = std::make_shared<const Forms>(std::move(plain), std::string(packed));
  return text;
}

const std::string& OfferText::plain() const {
  return empty() ? nothing : forms_->plain;
}

const std::string& OfferText::packed() const {
  return empty() ? nothing : forms_->packed;
}

}  // namespace lucie::dolly
