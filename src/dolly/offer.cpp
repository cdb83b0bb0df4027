#include "dolly/offer.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ed25519.hpp"
#include "dolly/bytes.hpp"
#include "wire/whole_number.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::json;
using wire::whole_number;

/// More would be a list that no node can hold: 4 MiB chunks of 64 TiB.
constexpr std::uint64_t most_chunks = 1ULL << 24;

/// The year 2255, milliseconds: later times cannot be written.
constexpr std::uint64_t latest = 9'000'000'000'000;

json times_of(const Timing& timing) {
  return {{"beat_ms", timing.beat.count()},
          {"silence_ms", timing.silence.count()},
          {"stall_ms", timing.stall.count()},
          {"slow_ms", timing.slow.count()},
          {"patience_ms", timing.patience.count()}};
}

milliseconds time_in(const json& record, const char* name) {
  const auto value = whole_number<std::int64_t>(record.at(name));
  if (value < 10 || value > 86'400'000) throw ConnectionLost(fmt::format("an offer with {} {}", name, value));
  return milliseconds(value);
}

Verify verify_in(const json& word) {
  if (word == "sha256") return Verify::sha256;
  if (word == "fast") return Verify::fast;
  throw ConnectionLost("an offer with chunks verified in a way that is not known");
}

void check_places(const Offer& offer) {
  const auto places = static_cast<int>(offer.ring.size());
  if (offer.place < 0 || offer.place >= places || offer.from < -1 || offer.from >= offer.place)
    throw ConnectionLost("an offer with a wrong place in its ring");
}

void check(const Offer& offer) {
  if (offer.issued > latest) throw ConnectionLost("an offer from no time");
  if (offer.files.empty()) throw ConnectionLost("an offer without a file");
  if (offer.chunk_size < least_chunk || offer.chunk_size > most_chunk)
    throw ConnectionLost(fmt::format("an offer with chunks of {} bytes", offer.chunk_size));
  std::uint64_t chunks = 0;
  for (const OfferedFile& file : offer.files) {
    chunks += file.size / offer.chunk_size + 1;
    if (chunks > most_chunks) throw ConnectionLost("an offer with too many chunks");
  }
}

}  // namespace

std::string to_json(const Offer& offer) {
  json files = json::array(), ring = json::array();
  for (const OfferedFile& file : offer.files)
    files.push_back({{"path", file.path}, {"size", file.size}, {"mode", file.mode}});
  for (const RingNode& node : offer.ring)
    ring.push_back({{"id", node.id}, {"name", node.name}, {"address", node.address}, {"port", node.port}});
  return json{{"transfer", offer.transfer},
              {"pass", offer.pass},
              {"issued", offer.issued},
              {"chunk", offer.chunk_size},
              {"verify", offer.verify == Verify::fast ? "fast" : "sha256"},
              {"files", files},
              {"ring", ring},
              {"timing", times_of(offer.timing)},
              {"encrypted", offer.encrypted}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

Offer offer_from_json(const std::string& text) {
  Offer offer;
  try {
    const json record = json::parse(text);
    record.at("transfer").get_to(offer.transfer);
    offer.pass = whole_number<std::uint64_t>(record.at("pass"));
    offer.issued = whole_number<std::uint64_t>(record.at("issued"));
    record.at("encrypted").get_to(offer.encrypted);
    offer.chunk_size = whole_number<std::uint32_t>(record.at("chunk"));
    offer.verify = verify_in(record.at("verify"));
    for (const json& file : record.at("files"))
      offer.files.push_back({file.at("path"), whole_number<std::uint64_t>(file.at("size")),
                             whole_number<std::uint32_t>(file.at("mode")) & 0777});
    for (const json& node : record.at("ring"))
      offer.ring.push_back({whole_number<std::uint32_t>(node.at("id")), node.at("name"), node.at("address"),
                            whole_number<std::uint16_t>(node.at("port"))});
    const json& times = record.at("timing");
    offer.timing = {time_in(times, "beat_ms"), time_in(times, "silence_ms"), time_in(times, "stall_ms"),
                    time_in(times, "slow_ms"), time_in(times, "patience_ms")};
  } catch (const json::exception& problem) {
    throw ConnectionLost(fmt::format("this is no offer: {}", problem.what()));
  } catch (const Error& problem) {
    throw ConnectionLost(fmt::format("this is no offer: {}", problem.what()));
  }
  check(offer);
  offer.text = text;
  return offer;
}

bool add_joined(Offer& offer, std::uint32_t node) {
  const auto found = std::ranges::find(offer.ring, node, &RingNode::id);
  if (found == offer.ring.end()) return false;
  offer.ring.push_back(RingNode(*found));
  offer.joined.push_back(node);
  return true;
}

std::string encode(const Offer& offer) {
  std::string signature = offer.signature;
  signature.resize(base::signature_size);
  ByteWriter joined;
  for (const std::uint32_t node : offer.joined) joined.number(node);
  return ByteWriter()
      .number(static_cast<std::uint32_t>(offer.from))
      .number(static_cast<std::uint32_t>(offer.place))
      .text(signature)
      .number(static_cast<std::uint32_t>(offer.joined.size()))
      .text(joined.take())
      .text(offer.text.empty() ? to_json(offer) : offer.text)
      .take();
}

Offer decode_offer(std::string_view bytes) {
  ByteReader reader(bytes);
  const int from = static_cast<int>(reader.number<std::uint32_t>());
  const int place = static_cast<int>(reader.number<std::uint32_t>());
  const std::string signature(reader.text(base::signature_size));
  std::vector<std::uint32_t> joined;
  for (auto count = reader.number<std::uint32_t>(); count > 0; --count)
    joined.push_back(reader.number<std::uint32_t>());
  Offer offer = offer_from_json(std::string(reader.rest()));
  for (const std::uint32_t node : joined) {
    if (!add_joined(offer, node)) throw ConnectionLost("an offer with a node that is not in its ring");
  }
  offer.from = from;
  offer.place = place;
  if (signature.find_first_not_of('\0') != std::string::npos) offer.signature = signature;
  check_places(offer);
  return offer;
}

Layout::Layout(const std::vector<OfferedFile>& files, std::uint32_t chunk_size) {
  for (std::size_t file = 0; file < files.size(); ++file) {
    for (std::uint64_t offset = 0; offset < files[file].size; offset += chunk_size) {
      const auto size = std::min<std::uint64_t>(chunk_size, files[file].size - offset);
      places_.push_back({file, offset, static_cast<std::uint32_t>(size)});
    }
    bytes_ += files[file].size;
  }
}

}  // namespace lucie::dolly
