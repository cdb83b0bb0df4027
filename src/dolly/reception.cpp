#include "dolly/reception.hpp"

#include <fmt/format.h>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/destination.hpp"

namespace lucie::dolly {
namespace {

std::string encode_present(const std::vector<ChunkHeader>& headers) {
  std::string bytes;
  bytes.reserve(headers.size() * (4 + digest_size));
  for (const ChunkHeader& header : headers) bytes += encode_number(header.chunk) + header.sha256;
  return bytes;
}

std::uint32_t sender_of(const Offer& offer) {
  return offer.from < 0 ? SpoiledReport::master : offer.ring.at(static_cast<std::size_t>(offer.from)).id;
}

}  // namespace

Reception::Reception(const OpenFiles& open, const Offer& offer, Network& network, std::string key,
                     Trust& trust)
    : network_(network),
      key_(std::move(key)),
      trust_(trust),
      offer_(offer),
      layout_(offer.files, offer.chunk_size),
      destination_(open(offer)),
      store_(layout_, *destination_) {
  note_own(NodeState::receiving);
  writing_ = Thread([this] { write_to_disk(); });
  telling_ = Thread([this] { tell_predecessor(); });
}

Reception::~Reception() {
  conclude();
}

void Reception::serve(const std::shared_ptr<Channel>& channel, const Offer& offer) {
  if (!adopt(channel, offer)) return;
  const std::uint32_t by = sender_of(offer);
  try {
    prepare(*channel);
    channel->send(Kind::have, encode_present(store_.present()));
    {
      const std::lock_guard lock(mutex_);
      // A new predecessor knows nothing of what was told to the one before.
      introduced_ = predecessor_ == channel;
      reports_.tell_all_again();
      spoiled_.tell_all_again();
      changed_.notify_all();
    }
    finish_if_complete();
    receive_from(*channel, by);
  } catch (const Garbled&) {
    note_damage(by, Damage::frame, 0);
  } catch (const ConnectionLost&) {  // another predecessor will come
  } catch (const NoPlace& fault) {
    refuse(*channel, fault.reason(), fault.what());
    fail(fault.what());
  } catch (const Error& error) {
    fail(error.what());
  }
  leave(channel);
}

/// Takes the new predecessor when there is none, or when it is nearer to the master, or belongs to a later
/// pass: then the one before was left out by somebody who knows better.
bool Reception::adopt(const std::shared_ptr<Channel>& channel, const Offer& offer) {
  std::shared_ptr<Channel> before;
  std::unique_ptr<Forwarder> forwarder_before;
  {
    const std::lock_guard lock(mutex_);
    const bool later = offer.pass > pass_;
    if (over_ || (predecessor_ && !later && (offer.pass < pass_ || offer.from >= from_))) {
      // A failure was told already, but perhaps to one who has failed as well.
      if (!failure_.empty()) {
        refuse(*channel, Refusal::place, failure_);
      } else {
        refuse(*channel, over_ ? Refusal::busy : Refusal::served,
               over_ ? "its part is over" : "another node sends to it");
      }
      return false;
    }
    before = std::exchange(predecessor_, channel);
    introduced_ = false;
    pass_ = offer.pass;
    from_ = offer.from;
    by_ = sender_of(offer);
    // In another place there are other nodes behind it: it was left out before, and joined again.
    if (later || !forwarder_ || offer.place != place_) {
      forwarder_before = std::move(forwarder_);
      forwarder_ = std::make_unique<Forwarder>(
          Sending{store_,
                  network_,
                  key_,
                  [this](const NodeReport& report) { note_report(report); },
                  [this](const std::string& why) { fail(why); },
                  [this](Clock::time_point since) { return heard_.load() > since; },
                  [this](const SpoiledReport& report) { note_spoiled(report); },
                  {}},
          offer);
    }
    place_ = offer.place;
  }
  if (before) {
    refuse(*before, Refusal::served, "another node sends to it");
    before->shut_down();
  }
  return true;
}

/// Once: looks at what lies here from an earlier transfer.
void Reception::prepare(Channel& channel) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, offer_.timing.silence, [&] { return !preparing_; });
    if (prepared_ || preparing_) return;
    preparing_ = true;
  }
  auto told = Clock::now();
  const auto alive = [&] {
    if (Clock::now() - told < offer_.timing.beat) return;
    told = Clock::now();
    channel.send(Kind::beat, encode(Beat{}));
  };
  try {
    destination_->reserve();
    destination_->find_chunks(store_, offer_.verify, alive);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    preparing_ = false;
    changed_.notify_all();
    throw;
  }
  const std::lock_guard lock(mutex_);
  prepared_ = true;
  preparing_ = false;
  changed_.notify_all();
}

void Reception::leave(const std::shared_ptr<Channel>& channel) {
  channel->shut_down();
  const std::lock_guard lock(mutex_);
  if (predecessor_ != channel) return;
  predecessor_.reset();
  changed_.notify_all();
  alone_since_ = Clock::now();
}

void Reception::receive_from(Channel& channel, std::uint32_t by) {
  for (Arriving arriving{.by = by};;) {
    {
      const std::lock_guard lock(mutex_);
      // A node that has failed reads on until the predecessor, which was told so, closes.
      if (over_ && failure_.empty()) return;
    }
    const Frame frame = channel.receive(offer_.timing.patience);
    heard_ = Clock::now();
    take(channel, frame, arriving);
    // What was read at once goes on at once.
    if (!channel.has_frame()) put(arriving);
  }
}

void Reception::take(Channel& channel, const Frame& frame, Arriving& arriving) {
  switch (frame.kind) {
    case Kind::idle:
      return;
    case Kind::block:
    case Kind::packed:
      return take_block(channel, frame, arriving);
    case Kind::chunk: {
      const ChunkHeader header = decode_chunk(frame.payload);
      check_header(header, arriving);
      if (!has_place(header.chunk, arriving)) {
        arriving.skipped = header.chunk;
        return channel.send(Kind::again, encode_number(header.chunk));
      }
      if (!store_.announce(header.chunk, header.sha256, header.signature))
        throw Garbled("a chunk that cannot be");
      arriving.skipped = UINT32_MAX;
      return header.size == 0 ? take_empty(header) : void();
    }
    case Kind::known: {
      const ChunkHeader header = decode_chunk(frame.payload);
      check_header(header, arriving);
      if (!has_place(header.chunk, arriving) ||
          !store_.confirm(header.chunk, header.sha256, header.signature))
        channel.send(Kind::again, encode_number(header.chunk));
      return finish_if_complete();
    }
    case Kind::join:
      return take_join(decode_number(frame.payload));
    case Kind::end:
      return end();
    case Kind::abort:
      return end("the sender gave up: " + base::escape_control(frame.payload));
    default:
      throw Garbled(fmt::format("an unexpected frame of kind {}", static_cast<int>(frame.kind)));
  }
}

/// The end of a stream.
void Reception::take_empty(const ChunkHeader& header) {
  if (ChunkDigest(offer_.verify).finish() != header.sha256) throw Garbled("a digest of nothing that is none");
  store_.verified(header.chunk);
  finish_if_complete();
}

/// A tree's content has a place when its list is there, which comes first. When that came damaged it is on
/// its way once more, and the content comes again behind it.
bool Reception::has_place(std::uint32_t chunk, Arriving& arriving) {
  const ChunkPlace place = layout_.place(chunk);
  const ChunkRange list = layout_.list_of(place.file);
  if (place.list || list.empty()) return true;
  put(arriving);
  for (std::uint32_t part = list.first; part < list.end; ++part) {
    if (!store_.wait_until_looked_at(part)) return false;
  }
  destination_->open_list(store_, place.file);
  return true;
}

void Reception::put(Arriving& arriving) {
  if (arriving.blocks.empty()) return;
  store_.put(arriving.blocks);
  arriving.blocks.clear();
}

void Reception::take_join(std::uint32_t node) {
  const std::lock_guard lock(mutex_);
  if (forwarder_) forwarder_->join(node);
}

void Reception::check_header(const ChunkHeader& header, const Arriving& arriving) {
  const bool can_be = header.chunk < layout_.chunks() &&
                      (layout_.is_stream() || header.size == layout_.place(header.chunk).size);
  if (!can_be) throw Garbled("a chunk that cannot be");
  if (trust_.accepts(offer_.transfer, header)) {
    if (layout_.take_size(header.chunk, header.size)) return;
    throw Garbled("a chunk behind the end");
  }
  note_damage(arriving.by, Damage::signature, header.chunk);
  throw ConnectionLost("a chunk that the master has not signed");
}

void Reception::take_block(Channel& channel, const Frame& frame, Arriving& arriving) {
  const bool packed = frame.kind == Kind::packed;
  const BlockHeader header = packed ? decode_packed(frame.payload) : decode_block(frame.payload);
  if (header.chunk >= layout_.chunks()) throw Garbled("a block of a chunk that cannot be");
  if (header.chunk == arriving.skipped) return;
  Block block{header.chunk, header.offset, header.checksum, frame.whole, frame.memory, header.unpacked};
  if (checksum_of(block.content()) != header.checksum) {
    arriving.skipped = header.chunk;
    note_damage(arriving.by, Damage::block, header.chunk);
    if (part_with(arriving.by, Damage::block, header.chunk))
      throw ConnectionLost("it came damaged too often");
    return channel.send(Kind::again, encode_number(header.chunk));
  }
  arriving.blocks.push_back(std::move(block));
}

Reception::Progress Reception::progress() const {
  return {store_.bytes_verified(), layout_.bytes()};
}

NodeStatus Reception::status() const {
  NodeStatus status;
  status.transfer = offer_.transfer;
  for (const OfferedFile& file : offer_.files) status.files.push_back(file.path);
  status.bytes = layout_.bytes();
  status.verified = store_.bytes_verified();
  const std::lock_guard lock(mutex_);
  status.state = done_ ? NodeState::done : failure_.empty() ? NodeState::receiving : NodeState::failed;
  status.why = failure_;
  status.name = name_of(own_id());
  if (predecessor_) status.from = name_of(by_);
  if (forwarder_) status.to = forwarder_->successor();
  for (const NodeReport& report : reports_.all()) {
    if (report.node != own_id())
      status.behind.push_back({name_of(report.node), report.state, report.verified, report.why});
  }
  return status;
}

bool Reception::wait_for_end(milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, limit, [&] { return over_; })) return true;
  const bool alone = !predecessor_ && Clock::now() - alone_since_ > offer_.timing.patience;
  lock.unlock();
  if (alone) end("the sender is gone, and no other node has taken its place");
  return alone;
}

void Reception::end(const std::string& abort_reason) {
  const std::lock_guard lock(mutex_);
  if (!over_) abort_reason_ = abort_reason;
  over_ = true;
  // When this node alone fails, those behind it must not be told that all is over.
  if (forwarder_ && failure_.empty()) forwarder_->begin_end(abort_reason_);
  changed_.notify_all();
}

std::string Reception::conclude() {
  end("it was ended");
  std::unique_ptr<Forwarder> forwarder;
  bool failed = false;
  {
    const std::lock_guard lock(mutex_);
    forwarder = std::move(forwarder_);
    failed = !failure_.empty();
  }
  if (forwarder && !failed) forwarder->end(abort_reason_);
  forwarder.reset();
  store_.close();
  destination_->cancel();
  part_from_predecessor();
  if (writing_.joinable()) writing_.join();
  if (telling_.joinable()) telling_.join();
  if (done_) return {};
  if (failed) return failure_;
  return abort_reason_.empty() ? "the ring ended before this node had everything" : abort_reason_;
}

/// After a failure it is given a moment to read why.
void Reception::part_from_predecessor() {
  std::unique_lock lock(mutex_);
  if (!failure_.empty()) changed_.wait_for(lock, offer_.timing.silence, [&] { return !predecessor_; });
  if (predecessor_) predecessor_->shut_down();
}

}  // namespace lucie::dolly
