#pragma once

#include <memory>

#include "dolly/connection.hpp"

struct ssl_ctx_st;

/// Encrypted connections of a ring: TLS 1.3 with a pre-shared key that is derived from the ring's, so that
/// there are no certificates to care for. Only key exchanges with forward secrecy are done.
namespace lucie::dolly {

class Tls {
 public:
  /// `key`: the ring's, bytes. `bytes_a_key`: so many are encrypted with one key of the cipher, then comes
  /// the next.
  explicit Tls(std::string_view key, std::uint64_t bytes_a_key = 64ULL << 30);

  /// Both talk first, at most for `limit` between two answers. Throw ConnectionLost; `dial` Refused when the
  /// other end does not have the key.
  std::unique_ptr<Connection> dial(std::shared_ptr<Connection> plain, milliseconds limit) const;
  /// `begun`: what was read of the other end's greeting.
  std::unique_ptr<Connection> answer(std::shared_ptr<Connection> plain, std::string_view begun,
                                     milliseconds limit) const;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  std::uint64_t bytes_a_key_;
};

/// Dials encrypted connections.
class TlsNetwork : public Network {
 public:
  TlsNetwork(Network& network, const std::string& key) : network_(network), tls_(key) {}
  std::unique_ptr<Connection> dial(const std::string& address, std::uint16_t port,
                                   milliseconds limit) override {
    return tls_.dial(network_.dial(address, port, limit), limit);
  }

 private:
  Network& network_;
  Tls tls_;
};

/// A connection that somebody dialled: its first byte tells whether it is encrypted.
class DialledConnection : public Connection {
 public:
  explicit DialledConnection(std::unique_ptr<Connection> plain) : plain_(std::move(plain)) {}

  /// Before anything else, in the thread that reads: true when it is encrypted. `tls` null: then it is
  /// closed. Throws ConnectionLost.
  bool begin(const Tls* tls, milliseconds limit);

  std::size_t read(char* buffer, std::size_t size, std::size_t wanted, milliseconds limit) override;
  void write(std::span<const std::string_view> pieces) override {
    (encrypted_ ? *encrypted_ : *plain_).write(pieces);
  }
  void write_blocks(std::span<const Block> blocks) override {
    (encrypted_ ? *encrypted_ : *plain_).write_blocks(blocks);
  }
  std::optional<Block> read_block(milliseconds limit) override {
    if (!begun_.empty()) return {};
    return (encrypted_ ? *encrypted_ : *plain_).read_block(limit);
  }
  void shut_down() noexcept override { plain_->shut_down(); }
  std::string peer() const override { return plain_->peer(); }

 private:
  std::shared_ptr<Connection> plain_;
  std::unique_ptr<Connection> encrypted_;
  std::string begun_;  ///< read, and not given to the reader yet
};

}  // namespace lucie::dolly
