#include "base/digest.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::base {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) {
    throw EnvironmentError("SHA-256 is not available in libcrypto");
  }
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::string bytes(32, '\0');
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(bytes.data()), nullptr);
  return bytes;
}

std::string Sha256::finish_hex() {
  return to_hex(finish());
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.finish_hex();
}

std::string sha256_file_hex(const std::filesystem::path& file) {
  const FileDescriptor input(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input.valid()) throw_errno("open " + file.string());
  Sha256 digest;
  std::vector<char> buffer(256 * 1024);
  for (;;) {
    const ssize_t count = read(input.get(), buffer.data(), buffer.size());
    if (count < 0) throw_errno("read " + file.string());
    if (count == 0) return digest.finish_hex();
    digest.add({buffer.data(), static_cast<std::size_t>(count)});
  }
}

std::string md5_hex(std::string_view bytes) {
  std::string digest(16, '\0');
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
                 EVP_md5(), nullptr) != 1) {
    throw EnvironmentError("MD5 is not available in libcrypto");
  }
  return to_hex(digest);
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &size) == nullptr) {
    throw EnvironmentError("HMAC is not available in libcrypto");
  }
  return digest;
}

bool equal_secrets(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string from_hex(std::string_view digits) {
  const auto value = [&](char digit) -> int {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    throw Error("not a hexadecimal digit: '" + std::string(1, digit) + "'");
  };
  if (digits.size() % 2 != 0) throw Error("an odd number of hexadecimal digits");
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  return bytes;
}

std::string to_base32_lower(std::string_view bytes) {
  constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  unsigned pending = 0;
  int bits = 0;
  for (unsigned char byte : bytes) {
    pending = (pending << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += digits[(pending >> (bits - 5)) & 31];
  }
  if (bits > 0) text += digits[(pending << (5 - bits)) & 31];
  return text;
}

std::string random_hex(std::size_t count) {
  std::string bytes(count, '\0');
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(count)) throw_errno("getrandom");
  return to_hex(bytes);
}

}  // namespace lucie::base
