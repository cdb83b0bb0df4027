#include "dolly/protocol.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/ed25519.hpp"
#include "base/text.hpp"
#include "dolly/bytes.hpp"

namespace lucie::dolly {
namespace {

/// Bytes of what a node says to people.
constexpr std::size_t most_words = 1000;
/// Bytes of reports in one frame: with one more it is still not too long.
constexpr std::size_t enough_reports = 2 << 10;

}  // namespace

const char* to_string(NodeState state) {
  switch (state) {
    case NodeState::waiting:
      return "waiting";
    case NodeState::receiving:
      return "receiving";
    case NodeState::done:
      return "done";
    case NodeState::gone:
      return "gone";
    case NodeState::failed:
      return "failed";
    case NodeState::slow:
      return "slow";
  }
  return "unknown";
}

const char* to_string(Damage damage) {
  switch (damage) {
    case Damage::block:
      return "block";
    case Damage::digest:
      return "digest";
    case Damage::signature:
      return "signature";
    case Damage::frame:
      return "frame";
  }
  return "unknown";
}

std::string frame_header(Kind kind, std::size_t size) {
  return ByteWriter().number(static_cast<std::uint8_t>(kind)).number(static_cast<std::uint32_t>(size)).take();
}

std::string encode(const RefuseMessage& message) {
  return ByteWriter().number(static_cast<std::uint8_t>(message.why)).text(message.text).take();
}

RefuseMessage decode_refuse(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto why = static_cast<Refusal>(reader.number<std::uint8_t>());
  const std::string text = base::escape_control(reader.rest().substr(0, most_words));
  return {why, text.empty() ? "it does not say why" : text};
}

std::string encode(const NodeReport& report) {
  return ByteWriter()
      .number(report.node)
      .number(static_cast<std::uint8_t>(report.state))
      .number(report.verified)
      .number(report.pass)
      .number(static_cast<std::uint16_t>(std::min(report.why.size(), most_words)))
      .text(std::string_view(report.why).substr(0, most_words))
      .take();
}

std::string encode_some(std::span<const NodeReport>& reports) {
  std::string bytes;
  do {
    bytes += encode(reports.front());
    reports = reports.subspan(1);
  } while (!reports.empty() && bytes.size() < enough_reports);
  return bytes;
}

namespace {

NodeReport next_report(ByteReader& reader) {
  NodeReport report;
  report.node = reader.number<std::uint32_t>();
  const auto state = reader.number<std::uint8_t>();
  if (state > static_cast<std::uint8_t>(NodeState::slow)) throw Garbled("a report of no known state");
  report.state = static_cast<NodeState>(state);
  report.verified = reader.number<std::uint64_t>();
  report.pass = reader.number<std::uint64_t>();
  report.why = base::escape_control(reader.text(reader.number<std::uint16_t>()).substr(0, most_words));
  return report;
}

}  // namespace

std::vector<NodeReport> decode_reports(std::string_view bytes) {
  std::vector<NodeReport> reports;
  for (ByteReader reader(bytes); !reader.empty();) reports.push_back(next_report(reader));
  return reports;
}

bool counts(const NodeReport& report, const NodeReport& known) {
  if (known.state == NodeState::done) return false;
  if (report.state == NodeState::done) return true;
  return report.pass > known.pass || (report.pass == known.pass && known.state != NodeState::failed);
}

std::string encode(const Beat& beat) {
  return ByteWriter().number(beat.received).number(beat.verified).take();
}

Beat decode_beat(std::string_view bytes) {
  ByteReader reader(bytes);
  Beat beat;
  beat.received = reader.number<std::uint64_t>();
  beat.verified = reader.number<std::uint64_t>();
  return beat;
}

std::string encode(const ChunkHeader& header) {
  std::string signature = header.signature;
  signature.resize(base::signature_size);
  return ByteWriter().number(header.chunk).text(header.sha256).number(header.size).text(signature).take();
}

ChunkHeader decode_chunk(std::string_view bytes) {
  ByteReader reader(bytes);
  ChunkHeader header;
  header.chunk = reader.number<std::uint32_t>();
  header.sha256 = reader.text(digest_size);
  header.size = reader.number<std::uint32_t>();
  header.signature = reader.text(base::signature_size);
  return header;
}

std::string encode(const SpoiledReport& report) {
  return ByteWriter()
      .number(report.node)
      .number(report.by)
      .number(static_cast<std::uint8_t>(report.damage))
      .number(report.chunk)
      .number(report.times)
      .take();
}

SpoiledReport decode_spoiled(std::string_view bytes) {
  ByteReader reader(bytes);
  SpoiledReport report;
  report.node = reader.number<std::uint32_t>();
  report.by = reader.number<std::uint32_t>();
  const auto damage = reader.number<std::uint8_t>();
  if (damage < 1 || damage > static_cast<std::uint8_t>(Damage::frame))
    throw Garbled("damage of no known kind");
  report.damage = static_cast<Damage>(damage);
  report.chunk = reader.number<std::uint32_t>();
  report.times = reader.number<std::uint32_t>();
  return report;
}

std::string encode(const BlockHeader& header) {
  ByteWriter writer;
  writer.number(header.chunk).number(header.offset).number(header.checksum);
  if (header.unpacked != 0) writer.number(header.unpacked);
  return writer.take();
}

BlockHeader decode_block(std::string_view bytes) {
  ByteReader reader(bytes);
  BlockHeader header;
  header.chunk = reader.number<std::uint32_t>();
  header.offset = reader.number<std::uint32_t>();
  header.checksum = reader.number<std::uint64_t>();
  return header;
}

BlockHeader decode_packed(std::string_view bytes) {
  ByteReader reader(bytes);
  BlockHeader header = decode_block(reader.text(block_header_size));
  header.unpacked = reader.number<std::uint32_t>();
  if (header.unpacked == 0 || header.unpacked > block_size)
    throw Garbled(fmt::format("a packed block of {} bytes", header.unpacked));
  return header;
}

std::string encode_number(std::uint32_t number) {
  return ByteWriter().number(number).take();
}

std::uint32_t decode_number(std::string_view bytes) {
  return ByteReader(bytes).number<std::uint32_t>();
}

}  // namespace lucie::dolly
