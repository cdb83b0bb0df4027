#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "dolly/connection.hpp"

namespace lucie::dolly {

/// Appends numbers in network byte order.
class ByteWriter {
 public:
  template <std::unsigned_integral Number>
  ByteWriter& number(Number value) {
    for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8)
      bytes_ += static_cast<char>(value >> shift & 0xff);
    return *this;
  }
  ByteWriter& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads them back; throws Garbled when there are too few.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <std::unsigned_integral Number>
  Number number() {
    Number value = 0;
    for (const char each : text(sizeof value))
      value = static_cast<Number>(static_cast<std::uint64_t>(value) << 8 | static_cast<unsigned char>(each));
    return value;
  }
  std::string_view text(std::size_t size) {
    if (bytes_.size() < size) throw Garbled("a frame is too short");
    const auto piece = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return piece;
  }
  std::string_view rest() { return text(bytes_.size()); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace lucie::dolly
