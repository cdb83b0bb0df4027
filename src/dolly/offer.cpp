#include "dolly/offer.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ed25519.hpp"
#include "dolly/attributes_json.hpp"
#include "dolly/bytes.hpp"
#include "wire/whole_number.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::json;
using wire::whole_number;

/// More would be a list that no node can hold: 4 MiB chunks of 64 TiB.
constexpr std::uint32_t most_chunks = 1U << 24;
constexpr std::uint64_t most_bytes = 1ULL << 60;

/// A tree's list is held in memory. This is one of some million files.
constexpr std::uint64_t most_list = 1ULL << 30;

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
    const bool alone = file.content == Content::stream || file.unpack;
    if ((alone && offer.files.size() > 1) || (file.unpack && file.content == Content::tree))
      throw ConnectionLost("an offer with a stream or an archive that is not alone");
    if (file.list > most_list || (file.list == 0) != (file.content != Content::tree))
      throw ConnectionLost("an offer of a folder with a list that cannot be");
    chunks += file.list / offer.chunk_size + file.size / offer.chunk_size + 2;
    if (file.size > most_bytes || chunks > most_chunks) throw ConnectionLost("an offer with too many chunks");
  }
}

json record_of(const OfferedFile& file) {
  json record = file.attributes ? to_json(*file.attributes) : json::object();
  record["path"] = file.path;
  record["size"] = file.size;
  record["mode"] = file.mode;
  if (file.sparse) record["sparse"] = true;
  if (file.content == Content::tree) record["list"] = file.list;
  if (file.content == Content::stream) record["stream"] = true;
  if (file.unpack) record["unpack"] = true;
  return record;
}

OfferedFile file_of(const json& record) {
  OfferedFile file;
  record.at("path").get_to(file.path);
  file.size = whole_number<std::uint64_t>(record.at("size"));
  file.mode = whole_number<std::uint32_t>(record.at("mode")) & 0777;
  if (record.contains("owner")) file.attributes = attributes_from_json(record);
  file.sparse = record.value("sparse", false);
  file.unpack = record.value("unpack", false);
  if (record.value("stream", false)) file.content = Content::stream;
  if (!record.contains("list")) return file;
  file.content = Content::tree;
  file.list = whole_number<std::uint64_t>(record.at("list"));
  return file;
}

}  // namespace

std::string to_json(const Offer& offer) {
  json files = json::array(), ring = json::array();
  for (const OfferedFile& file : offer.files) files.push_back(record_of(file));
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
    for (const json& file : record.at("files")) offer.files.push_back(file_of(file));
    RingList::Nodes ring;
    for (const json& node : record.at("ring"))
      ring.push_back({whole_number<std::uint32_t>(node.at("id")), node.at("name"), node.at("address"),
                      whole_number<std::uint16_t>(node.at("port"))});
    offer.ring = std::move(ring);
    const json& times = record.at("timing");
    offer.timing = {time_in(times, "beat_ms"), time_in(times, "silence_ms"), time_in(times, "stall_ms"),
                    time_in(times, "slow_ms"), time_in(times, "patience_ms")};
  } catch (const json::exception& problem) {
    throw ConnectionLost(fmt::format("this is no offer: {}", problem.what()));
  } catch (const Error& problem) {
    throw ConnectionLost(fmt::format("this is no offer: {}", problem.what()));
  }
  check(offer);
  return offer;
}

namespace {

/// The same bytes are read once: several senders offer a node the same, and all nodes of a simulation are
/// told the same by one master.
Offer read_once(std::string_view packed) {
  static Mutex mutex;
  static std::shared_ptr<const Offer> latest;
  {
    const std::lock_guard lock(mutex);
    if (latest && latest->text.packed() == packed) return *latest;
  }
  const OfferText text = OfferText::unpack(packed);
  Offer offer = offer_from_json(text.plain());
  offer.text = text;
  const std::lock_guard lock(mutex);
  latest = std::make_shared<const Offer>(offer);
  return offer;
}

}  // namespace

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
      .text(offer.text.empty() ? OfferText(to_json(offer)).packed() : offer.text.packed())
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
  Offer offer = read_once(reader.rest());
  for (const std::uint32_t node : joined) {
    if (!add_joined(offer, node)) throw ConnectionLost("an offer with a node that is not in its ring");
  }
  offer.from = from;
  offer.place = place;
  if (signature.find_first_not_of('\0') != std::string::npos) offer.signature = signature;
  check_places(offer);
  return offer;
}

Layout::Layout(const std::vector<OfferedFile>& files, std::uint32_t chunk_size) : chunk_size_(chunk_size) {
  stream_ = files.size() == 1 && files.front().content == Content::stream;
  for (std::size_t file = 0; file < files.size(); ++file) {
    const std::uint32_t first = chunks();
    add(file, files[file].list, chunk_size, true);
    lists_.push_back({first, chunks()});
    add(file, files[file].size, chunk_size, false);
  }
}

std::uint32_t Layout::chunks() const {
  if (!stream_) return static_cast<std::uint32_t>(places_.size());
  const std::uint64_t end = end_;
  return end == UINT64_MAX ? most_chunks : static_cast<std::uint32_t>(end / chunk_size_ + 1);
}

ChunkPlace Layout::place(std::uint32_t chunk) const {
  if (!stream_) return places_.at(chunk);
  const std::uint64_t offset = std::uint64_t{chunk} * chunk_size_,
                      end = std::max<std::uint64_t>(end_, offset);
  return {0, offset, static_cast<std::uint32_t>(std::min<std::uint64_t>(chunk_size_, end - offset))};
}

std::uint64_t Layout::bytes() const {
  if (!stream_) return bytes_;
  const std::uint64_t end = end_;
  return end == UINT64_MAX ? 0 : end;
}

bool Layout::take_size(std::uint32_t chunk, std::uint32_t size) {
  if (!stream_) return size == place(chunk).size;
  const std::uint64_t end = std::uint64_t{chunk} * chunk_size_ + size;
  if (size > chunk_size_ || chunk >= most_chunks) return false;
  if (size == chunk_size_) return end <= end_;
  std::uint64_t unknown = UINT64_MAX;
  return end_.compare_exchange_strong(unknown, end) || unknown == end;
}

void Layout::add(std::size_t file, std::uint64_t bytes, std::uint32_t chunk_size, bool list) {
  for (std::uint64_t offset = 0; offset < bytes; offset += chunk_size) {
    const auto size = std::min<std::uint64_t>(chunk_size, bytes - offset);
    places_.push_back({file, offset, static_cast<std::uint32_t>(size), list});
  }
  bytes_ += bytes;
}

}  // namespace lucie::dolly
