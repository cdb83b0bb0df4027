#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dolly/block.hpp"

/// What travels on a ring's connections: docs/dolly-protocol.md says it in words.
namespace lucie::dolly {

inline constexpr std::uint16_t protocol_version = 5;
inline constexpr std::uint16_t default_port = 8090;
inline constexpr std::size_t block_size = 64 << 10;  ///< what is passed on at once
inline constexpr std::size_t nonce_size = 16;
inline constexpr std::size_t digest_size = 32;  ///< SHA-256
inline constexpr std::size_t seal_size = 16;    ///< of frames

/// The frames. Downstream goes from the master towards the last node, upstream back.
enum class Kind : std::uint8_t {
  hello = 1,      ///< down: who dials and what it speaks
  challenge = 2,  ///< up: the listener's answer
  proof = 3,      ///< down: the dialer has the key
  refuse = 4,     ///< up: a reason why not; the connection ends
  begin = 5,      ///< down: the transfer and the ring
  have = 6,       ///< up: the chunks that the node has already
  chunk = 10,     ///< down: number and digest of the chunk whose blocks follow
  known = 11,     ///< down: the same for a chunk that the successor has
  block = 12,     ///< down: a piece of the chunk
  idle = 13,      ///< down: nothing to send, but alive
  end = 14,       ///< down: every node is done or given up
  abort = 15,     ///< down: the transfer cannot be completed; a reason
  join = 16,      ///< down: one more node at the end of the ring
  packed = 17,    ///< down: a piece of the chunk, compressed
  ask = 18,       ///< down: instead of a transfer: what the node does
  beat = 20,      ///< up: alive, and how far
  report = 21,    ///< up: the state of a node further down
  again = 22,     ///< up: send this chunk once more
  spoiled = 23,   ///< up: what came damaged to a node further down, and from whom
  state = 24,     ///< up: the answer to `ask`
};

/// Frames of content are not sealed: their chunks' digests are.
constexpr bool is_block(Kind kind) {
  return kind == Kind::block || kind == Kind::packed;
}

/// One frame as it was read; both views lie in `memory`.
struct Frame {
  Kind kind{};
  std::string_view payload;  ///< without header and seal
  std::string_view whole;    ///< header and payload
  Memory memory;
};

/// What stands before a payload of `size` bytes.
std::string frame_header(Kind kind, std::size_t size);

/// Why a node does not take part. The numbers are part of the protocol.
enum class Refusal : std::uint8_t {
  version = 1,      ///< it speaks another version
  key = 2,          ///< the other one does not have the key, or one of both wants none
  busy = 3,         ///< another transfer is under way
  place = 4,        ///< the file cannot be written where it should
  space = 5,        ///< not enough room on its disk
  served = 6,       ///< a node nearer to the master sends to it already
  protocol = 7,     ///< what came cannot be understood
  damaged = 8,      ///< a chunk came damaged again and again
  trust = 9,        ///< not signed by a master that the node trusts, or issued too long ago
  encryption = 10,  ///< it takes encrypted connections only
};

struct RefuseMessage {
  Refusal why{};
  std::string text;
};

/// States of a node as told to the master.
enum class NodeState : std::uint8_t {
  waiting = 0,    ///< nobody has spoken with it
  receiving = 1,  ///< it takes part
  done = 2,       ///< it has everything, verified, on its disk and under its name
  gone = 3,       ///< it does not answer (any more)
  failed = 4,     ///< it says itself that it cannot
  slow = 5,       ///< it was left out so that the others need not wait; it is served after them
};

const char* to_string(NodeState state);

/// Nothing more is expected of it in this pass.
constexpr bool is_settled(NodeState state) {
  return state >= NodeState::done;
}

struct NodeReport {
  std::uint32_t node = 0;  ///< its number in the transfer
  NodeState state{};
  std::uint64_t verified = 0;  ///< bytes
  std::string why;             ///< of gone, failed and slow
  std::uint64_t pass = 0;      ///< in which it was seen so; what an earlier one saw counts no more
};

/// Whether what is reported now replaces what is known of a node. Reports come late and from several nodes:
/// what is done stays done, what was seen in an earlier pass counts no more, and a node that said itself in
/// this pass that it failed is not made a silent one, or one that goes on, by others.
bool counts(const NodeReport& report, const NodeReport& known);

struct Beat {
  std::uint64_t received = 0, verified = 0;  ///< bytes
};

struct ChunkHeader {
  std::uint32_t chunk = 0;
  std::string sha256;  ///< 32 bytes
  std::uint32_t size = 0;
  std::string
      signature;  ///< 64 bytes of the master's, zeros when the transfer is not signed; empty: the same
};

/// What was wrong.
enum class Damage : std::uint8_t {
  block = 1,      ///< a block's checksum: it was changed on the wire, or in the memory of who sent it
  digest = 2,     ///< a chunk's digest, although the checksums of all blocks were right
  signature = 3,  ///< a chunk whose digest the master has not signed
  frame = 4,      ///< a seal, or a frame that cannot be
};

const char* to_string(Damage damage);

/// The hop that spoiled something.
struct SpoiledReport {
  static constexpr std::uint32_t master = UINT32_MAX;
  std::uint32_t node = 0;  ///< to whom it came, its number in the transfer
  std::uint32_t by = 0;    ///< from whom; `master` for the master itself
  Damage damage{};
  std::uint32_t chunk = 0;  ///< the latest one
  std::uint32_t times = 0;  ///< until now
};

struct BlockHeader {
  std::uint32_t chunk = 0, offset = 0;
  std::uint64_t checksum = 0;  ///< XXH3, 64 bits
  std::uint32_t unpacked = 0;  ///< of a packed one: bytes without compression; 0: it is not packed
};

// Bytes of the payloads; the readers throw ConnectionLost for what is too short or of no meaning.
std::string encode(const RefuseMessage& message);
std::string encode(const NodeReport& report);
/// As many as fit into one frame, at least one, from the first of `reports` on, which then begins behind
/// them.
std::string encode_some(std::span<const NodeReport>& reports);
std::string encode(const Beat& beat);
std::string encode(const ChunkHeader& header);
std::string encode(const SpoiledReport& report);
std::string encode(const BlockHeader& header);
std::string encode_number(std::uint32_t number);
RefuseMessage decode_refuse(std::string_view bytes);
std::vector<NodeReport> decode_reports(std::string_view bytes);
Beat decode_beat(std::string_view bytes);
ChunkHeader decode_chunk(std::string_view bytes);
SpoiledReport decode_spoiled(std::string_view bytes);
BlockHeader decode_block(std::string_view bytes);
/// Throws ConnectionLost for one that could not be unpacked.
BlockHeader decode_packed(std::string_view bytes);
std::uint32_t decode_number(std::string_view bytes);

}  // namespace lucie::dolly
