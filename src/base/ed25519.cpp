#include "base/ed25519.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/digest.hpp"
#include "base/error.hpp"

namespace lucie::base {
namespace {

struct Free {
  void operator()(BIO* memory) const { BIO_free(memory); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Memory = std::unique_ptr<BIO, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Memory memory_of(std::string_view text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* memory) {
  char* begin = nullptr;
  const long size = BIO_get_mem_data(memory, &begin);
  return {begin, static_cast<std::size_t>(size)};
}

/// A file of keys is not encrypted: nobody is asked for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

std::shared_ptr<EVP_PKEY> keep(EVP_PKEY* key, const char* what) {
  std::shared_ptr<EVP_PKEY> kept(key, EVP_PKEY_free);
  if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519)
    throw Error(std::string("it holds no Ed25519 ") + what + " in PEM form");
  return kept;
}

}  // namespace

std::vector<PublicKey> PublicKey::all_from_pem(std::string_view text) {
  const Memory memory = memory_of(text);
  std::vector<PublicKey> keys;
  while (EVP_PKEY* key = PEM_read_bio_PUBKEY(memory.get(), nullptr, no_passphrase, nullptr))
    keys.push_back(PublicKey(keep(key, "public key")));
  if (keys.empty()) keep(nullptr, "public key");
  return keys;
}

std::string PublicKey::to_pem() const {
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(memory.get(), key_.get());
  return text_in(memory.get());
}

bool PublicKey::verifies(std::string_view bytes, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(bytes), bytes.size()) == 1;
}

SigningKey SigningKey::make() {
  return from_seed(from_hex(random_hex(seed_size)));
}

SigningKey SigningKey::from_seed(std::string_view seed) {
  return SigningKey(
      keep(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed), seed.size()), "private key"));
}

SigningKey SigningKey::from_pem(std::string_view text) {
  return SigningKey(
      keep(PEM_read_bio_PrivateKey(memory_of(text).get(), nullptr, no_passphrase, nullptr), "private key"));
}

std::string SigningKey::to_pem() const {
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return text_in(memory.get());
}

PublicKey SigningKey::public_key() const {
  return PublicKey(key_);
}

std::string SigningKey::sign(std::string_view bytes) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(signature_size, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(bytes),
                     bytes.size()) != 1)
    throw EnvironmentError("libcrypto cannot sign with Ed25519");
  return signature;
}

}  // namespace lucie::base
