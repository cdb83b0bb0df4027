#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lucie::base {

/// SHA-256 (FIPS 180-4) of bytes that arrive piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  /// The 32 bytes; call once, at the end.
  std::string finish();
  /// `finish()` in lowercase hexadecimal.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
/// Reads the file in pieces. Throws EnvironmentError if it cannot be read.
std::string sha256_file_hex(const std::filesystem::path& file);
/// MD5 in hexadecimal, for the `md5sums` member of a deb only.
std::string md5_hex(std::string_view bytes);
std::string to_hex(std::string_view bytes);
/// RFC 4648 base32 in lowercase, without padding.
std::string to_base32_lower(std::string_view bytes);
/// HMAC (RFC 2104) with SHA-256: 32 bytes. `key` is bytes, not hexadecimal.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Compares without telling by its time where the first difference is.
bool equal_secrets(std::string_view left, std::string_view right);
/// The bytes that hexadecimal digits stand for. Throws lucie::Error for anything else.
std::string from_hex(std::string_view digits);
/// `count` bytes from the kernel's random source, in hexadecimal.
std::string random_hex(std::size_t count);

}  // namespace lucie::base
