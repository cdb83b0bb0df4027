#include "dolly/handshake.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "dolly/bytes.hpp"

namespace lucie::dolly {
namespace {

constexpr std::string_view magic = "LUCIE-DOLLY";

std::string new_nonce() {
  return base::from_hex(base::random_hex(nonce_size));
}

/// The purpose stands in what is hashed, so that no answer of one end can be used as the other's.
std::string prove(const std::string& key, std::string_view purpose, const std::string& dialer,
                  const std::string& listener) {
  return base::hmac_sha256(key,
                           fmt::format("dollyplus {} {}", protocol_version, purpose) + dialer + listener);
}

void seal_both_ways(Channel& channel, const std::string& key, const std::string& dialer,
                    const std::string& listener, bool dialing) {
  std::string down = prove(key, "downstream", dialer, listener);
  std::string up = prove(key, "upstream", dialer, listener);
  dialing ? channel.seal(std::move(down), std::move(up)) : channel.seal(std::move(up), std::move(down));
}

struct Hello {
  std::uint16_t version = 0;
  bool keyed = false;
  std::string nonce;
};

Hello read_hello(Channel& channel, milliseconds limit) {
  const Frame frame = channel.receive(limit);
  ByteReader reader(frame.payload);
  if (frame.kind != Kind::hello || reader.text(magic.size()) != magic)
    throw ConnectionLost("the first frame is no greeting of dollyplus");
  Hello hello;
  hello.version = reader.number<std::uint16_t>();
  if (hello.version != protocol_version) return hello;  // what follows is of that version
  hello.keyed = reader.number<std::uint8_t>() != 0;
  hello.nonce = reader.text(nonce_size);
  return hello;
}

[[noreturn]] void turn_away(Channel& channel, Refusal why, const std::string& text) {
  refuse(channel, why, text);
  throw ConnectionLost(text);
}

}  // namespace

std::string expect_frame(Channel& channel, Kind kind, milliseconds limit) {
  const Frame frame = channel.receive(limit);
  if (frame.kind == Kind::refuse) throw Refused(decode_refuse(frame.payload));
  if (frame.kind != kind)
    throw ConnectionLost(fmt::format("an unexpected frame of kind {}", static_cast<int>(frame.kind)));
  return std::string(frame.payload);
}

void introduce(Channel& channel, const std::string& key, milliseconds limit) {
  const std::string mine = new_nonce();
  channel.send(Kind::hello, ByteWriter()
                                .text(magic)
                                .number(protocol_version)
                                .number(static_cast<std::uint8_t>(key.empty() ? 0 : 1))
                                .text(mine)
                                .take());
  const std::string answer = expect_frame(channel, Kind::challenge, limit);
  ByteReader reader(answer);
  const std::string theirs(reader.text(nonce_size));
  if (!base::equal_secrets(reader.rest(), prove(key, "listener", mine, theirs)))
    throw Refused({Refusal::key, "it does not have our key"});
  channel.send(Kind::proof, prove(key, "dialer", mine, theirs));
  seal_both_ways(channel, key, mine, theirs, true);
}

void receive_introduction(Channel& channel, const std::string& key, milliseconds limit) {
  const Hello hello = read_hello(channel, limit);
  if (hello.version != protocol_version)
    turn_away(channel, Refusal::version,
              fmt::format("it speaks version {} of the ring's protocol, and was spoken to in version {}",
                          protocol_version, hello.version));
  if (hello.keyed == key.empty())
    turn_away(channel, Refusal::key,
              key.empty() ? "it takes part in rings without a key only" : "it wants a key");
  const std::string mine = new_nonce();
  channel.send(Kind::challenge, mine + prove(key, "listener", hello.nonce, mine));
  const std::string proof = expect_frame(channel, Kind::proof, limit);
  if (!base::equal_secrets(proof, prove(key, "dialer", hello.nonce, mine)))
    turn_away(channel, Refusal::key, "it has another key");
  seal_both_ways(channel, key, hello.nonce, mine, false);
}

}  // namespace lucie::dolly
