#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace lucie::dolly {

/// What the master wrote of an offer, JSON, and the same as it travels: one zstd frame (RFC 8878), which
/// nodes pass on byte for byte. Copies share their memory.
class OfferText {
 public:
  OfferText() = default;
  OfferText(std::string plain);
  /// As it came. Throws ConnectionLost when it cannot be unpacked, or would become too long.
  static OfferText unpack(std::string_view packed);

  bool empty() const { return forms_ == nullptr; }
  const std::string& plain() const;
  const std::string& packed() const;

 private:
  struct Forms {
    std::string plain, packed;
  };
  std::shared_ptr<const Forms> forms_;
};

}  // namespace lucie::dolly
