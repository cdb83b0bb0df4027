#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

/// Signatures that everybody can check and one alone can make (RFC 8032).
namespace lucie::base {

inline constexpr std::size_t signature_size = 64, seed_size = 32;  ///< bytes

class PublicKey {
 public:
  /// All keys of a PEM file, one behind the other (`BEGIN PUBLIC KEY`). Throws lucie::Error when there is
  /// none, or one is of another kind.
  static std::vector<PublicKey> all_from_pem(std::string_view text);
  std::string to_pem() const;
  bool verifies(std::string_view bytes, std::string_view signature) const;

 private:
  friend class SigningKey;
  using Key = std::shared_ptr<evp_pkey_st>;
  explicit PublicKey(Key key) : key_(std::move(key)) {}
  Key key_;
};

class SigningKey {
 public:
  /// A new one, from the kernel's random source.
  static SigningKey make();
  /// The same 32 bytes give the same key.
  static SigningKey from_seed(std::string_view seed);
  /// PKCS #8, as `openssl genpkey -algorithm ed25519` writes it. Throws lucie::Error for anything else.
  static SigningKey from_pem(std::string_view text);
  std::string to_pem() const;
  PublicKey public_key() const;
  std::string sign(std::string_view bytes) const;

 private:
  explicit SigningKey(PublicKey::Key key) : key_(std::move(key)) {}
  PublicKey::Key key_;
};

}  // namespace lucie::base
