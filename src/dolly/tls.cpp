#include "dolly/tls.hpp"

#include <array>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "dolly/handshake.hpp"

namespace lucie::dolly {
namespace {

constexpr std::string_view identity = "dollyplus";
/// Its hash, SHA-256, goes with the key that is derived.
constexpr const char* cipher = "TLS_AES_128_GCM_SHA256";
/// The first byte of a connection that is encrypted: a record with a greeting (RFC 8446, 5.1).
constexpr char handshake_record = 22;
/// What is encrypted before it is written, bytes: a few records, so that the other thread need not wait long.
constexpr std::size_t at_once = 128 << 10;

struct Free {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// HKDF (RFC 5869) with SHA-256, one block.
std::string derive(std::string_view key) {
  const std::string extracted = base::hmac_sha256("dollyplus", key);
  return base::hmac_sha256(extracted, "TLS 1.3 pre-shared key\x01");
}

void forget(void*, void* key, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<std::string*>(key);
}

/// Where a context keeps the key.
int place_of_key() {
  static const int place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, forget);
  return place;
}

SSL_SESSION* session_of(SSL* ssl) {
  const auto* key =
      static_cast<const std::string*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place_of_key()));
  constexpr std::array<unsigned char, 2> number{0x13, 0x01};  // of the cipher, RFC 8446, B.4
  SSL_SESSION* session = SSL_SESSION_new();
  SSL_SESSION_set1_master_key(session, reinterpret_cast<const unsigned char*>(key->data()), key->size());
  SSL_SESSION_set_cipher(session, SSL_CIPHER_find(ssl, number.data()));
  SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION);
  return session;
}

int use_key(SSL* ssl, const EVP_MD* hash, const unsigned char** name, std::size_t* size,
            SSL_SESSION** session) {
  *session = hash == nullptr || EVP_MD_is_a(hash, "SHA256") ? session_of(ssl) : nullptr;
  *name = reinterpret_cast<const unsigned char*>(identity.data());
  *size = identity.size();
  return 1;
}

int find_key(SSL* ssl, const unsigned char* name, std::size_t size, SSL_SESSION** session) {
  const bool ours = std::string_view(reinterpret_cast<const char*>(name), size) == identity;
  *session = ours ? session_of(ssl) : nullptr;
  return 1;
}

/// OpenSSL's reason, for messages.
std::string last_reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  return text == nullptr ? "no reason is told" : text;
}

/// OpenSSL works on memory, under a lock, since one thread reads while another one writes; the connection
/// itself is read and written outside of it, so that nobody waits for the network with the lock held.
class TlsConnection : public Connection {
 public:
  TlsConnection(std::shared_ptr<Connection> plain, SSL_CTX& context, bool dialing, std::uint64_t bytes_a_key)
      : plain_(std::move(plain)), ssl_(SSL_new(&context)), bytes_a_key_(bytes_a_key) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    dialing ? SSL_set_connect_state(ssl_.get()) : SSL_set_accept_state(ssl_.get());
  }

  void feed(std::string_view bytes) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  }

  /// Before there are two threads. True when both ends have the key, false when the other end went away.
  bool shake_hands(milliseconds limit) {
    for (;;) {
      ERR_clear_error();
      const int done = SSL_do_handshake(ssl_.get());
      const int state = SSL_get_error(ssl_.get(), done);
      write_encrypted(take_encrypted());
      if (done == 1) return true;
      if (state != SSL_ERROR_WANT_READ)
        throw Refused({Refusal::key, fmt::format("it does not have our key (TLS: {})", last_reason())});
      if (!fetch(1, limit)) return false;
    }
  }

  std::size_t read(char* buffer, std::size_t size, std::size_t wanted, milliseconds limit) override {
    for (;;) {
      if (const std::size_t count = decrypt(buffer, size); count > 0) return count;
      if (!fetch(wanted, limit)) return 0;
    }
  }

  void write(std::span<const std::string_view> pieces) override {
    const std::lock_guard writing(writing_);
    std::string encrypted;
    for (std::string_view piece : pieces) {
      for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), at_once))) {
        encrypted += encrypt(piece.substr(0, at_once));
        if (encrypted.size() < at_once) continue;
        write_encrypted(encrypted);
        encrypted.clear();
      }
    }
    write_encrypted(encrypted);
  }

  void shut_down() noexcept override { plain_->shut_down(); }
  std::string peer() const override { return plain_->peer(); }

 private:
  /// 0: more must come first.
  std::size_t decrypt(char* buffer, std::size_t size) {
    const std::lock_guard lock(mutex_);
    std::size_t all = 0;
    while (all < size) {
      std::size_t count = 0;
      ERR_clear_error();
      const int done = SSL_read_ex(ssl_.get(), buffer + all, size - all, &count);
      if (done == 1) {
        all += count;
      } else if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ) {
        break;
      } else {
        throw Garbled(fmt::format("what came encrypted was changed on its way (TLS: {})", last_reason()));
      }
    }
    return all;
  }

  std::string encrypt(std::string_view piece) {
    const std::lock_guard lock(mutex_);
    ERR_clear_error();
    if (encrypted_ >= bytes_a_key_) {
      SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
      encrypted_ = 0;
    }
    encrypted_ += piece.size();
    std::size_t count = 0;
    if (SSL_write_ex(ssl_.get(), piece.data(), piece.size(), &count) != 1)
      throw ConnectionLost(fmt::format("nothing can be encrypted (TLS: {})", last_reason()));
    return take_encrypted();
  }

  /// With the lock held, or with no other thread.
  std::string take_encrypted() {
    BIO* memory = SSL_get_wbio(ssl_.get());
    std::string bytes(BIO_ctrl_pending(memory), '\0');
    if (!bytes.empty()) BIO_read(memory, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

  void write_encrypted(const std::string& bytes) {
    if (!bytes.empty()) plain_->write(std::array{std::string_view(bytes)});
  }

  /// False at the end of the stream.
  bool fetch(std::size_t wanted, milliseconds limit) {
    const std::size_t count = plain_->read(arrived_.data(), arrived_.size(), wanted, limit);
    const std::lock_guard lock(mutex_);
    feed({arrived_.data(), count});
    return count > 0;
  }

  std::shared_ptr<Connection> plain_;
  std::unique_ptr<SSL, Free> ssl_;
  const std::uint64_t bytes_a_key_;
  Mutex mutex_;                                               ///< of OpenSSL's object
  Mutex writing_;                                             ///< what is encrypted first is written first
  std::uint64_t encrypted_ = 0;                               ///< bytes, with this key
  std::vector<char> arrived_ = std::vector<char>(256 << 10);  ///< of the reading thread
};

}  // namespace

Tls::Tls(std::string_view key, std::uint64_t bytes_a_key)
    : context_(SSL_CTX_new(TLS_method()), SSL_CTX_free), bytes_a_key_(bytes_a_key) {
  SSL_CTX* context = context_.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(context, cipher) != 1)
    throw EnvironmentError("TLS 1.3 is not available in libssl");
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_ex_data(context, place_of_key(), new std::string(derive(key)));
  SSL_CTX_set_psk_use_session_callback(context, use_key);
  SSL_CTX_set_psk_find_session_callback(context, find_key);
}

std::unique_ptr<Connection> Tls::dial(std::shared_ptr<Connection> plain, milliseconds limit) const {
  auto connection = std::make_unique<TlsConnection>(std::move(plain), *context_, true, bytes_a_key_);
  if (!connection->shake_hands(limit))
    throw Refused(
        {Refusal::encryption, "it takes no encrypted connections: it has no key, or is no dollyplus"});
  return connection;
}

std::unique_ptr<Connection> Tls::answer(std::shared_ptr<Connection> plain, std::string_view begun,
                                        milliseconds limit) const {
  auto connection = std::make_unique<TlsConnection>(std::move(plain), *context_, false, bytes_a_key_);
  connection->feed(begun);
  if (!connection->shake_hands(limit)) throw ConnectionLost("the connection was closed");
  return connection;
}

bool DialledConnection::begin(const Tls* tls, milliseconds limit) {
  char first = 0;
  if (plain_->read(&first, 1, 1, limit) == 0) throw ConnectionLost("the connection was closed");
  if (first != handshake_record) {
    begun_ = first;
    return false;
  }
  if (tls == nullptr) throw ConnectionLost("it wants to encrypt, and there is no key for that");
  encrypted_ = tls->answer(plain_, {&first, 1}, limit);
  return true;
}

std::size_t DialledConnection::read(char* buffer, std::size_t size, std::size_t wanted, milliseconds limit) {
  if (encrypted_) return encrypted_->read(buffer, size, wanted, limit);
  if (begun_.empty()) return plain_->read(buffer, size, wanted, limit);
  *buffer = begun_.front();
  begun_.clear();
  return 1;
}

}  // namespace lucie::dolly
