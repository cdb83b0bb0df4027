#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "dolly/forwarder.hpp"
#include "dolly/known_reports.hpp"
#include "dolly/packer.hpp"
#include "dolly/received_files.hpp"
#include "dolly/spoiled.hpp"
#include "dolly/status.hpp"
#include "dolly/threads.hpp"
#include "dolly/trust.hpp"

namespace lucie::dolly {

/// One transfer on a receiving node. Network→memory runs in the thread of the connection from the
/// predecessor, memory→disk in a thread of its own, memory→network in the Forwarder's; a fourth tells the
/// predecessor that we live, how far we are, and what is known of the nodes behind us.
class Reception {
 public:
  /// Throws NoPlace when the files cannot be received here.
  Reception(const OpenFiles& open, const Offer& offer, Network& network, std::string key, Trust& trust);
  ~Reception();

  const std::string& transfer() const { return offer_.transfer; }

  /// The predecessor's connection, after its offer was read: takes part until the connection or the transfer
  /// ends. Several threads may be here when predecessors change.
  void serve(const std::shared_ptr<Channel>& channel, const Offer& offer);

  struct Progress {
    std::uint64_t verified = 0, all = 0;  ///< bytes
  };
  Progress progress() const;
  /// For those who ask.
  NodeStatus status() const;
  /// True when it is over.
  bool wait_for_end(milliseconds limit);
  /// Ends all threads of its own. Empty when everything is verified and in its place, otherwise why not.
  std::string conclude();

 private:
  bool adopt(const std::shared_ptr<Channel>& channel, const Offer& offer);
  void prepare(Channel& channel);
  void receive_from(Channel& channel, std::uint32_t by);
  struct Arriving {
    std::uint32_t by = 0;                ///< whom it comes from
    std::uint32_t skipped = UINT32_MAX;  ///< the chunk whose blocks are passed over until it begins anew
    std::vector<Block> blocks;           ///< right ones, not in the store yet
  };
  void take(Channel& channel, const Frame& frame, Arriving& arriving);
  void take_block(Channel& channel, const Frame& frame, Arriving& arriving);
  bool has_place(std::uint32_t chunk, Arriving& arriving);
  void put(Arriving& arriving);
  void take_empty(const ChunkHeader& header);
  void take_join(std::uint32_t node);
  void leave(const std::shared_ptr<Channel>& channel);
  void part_from_predecessor();

  void write_to_disk();
  void write(std::span<const Block> blocks);
  void check(std::uint32_t chunk);
  void check_header(const ChunkHeader& header, const Arriving& arriving);
  void note_damage(std::uint32_t by, Damage damage, std::uint32_t chunk);
  void note_spoiled(const SpoiledReport& report);
  std::uint32_t own_id() const;
  std::string name_of(std::uint32_t id) const;
  bool part_with(std::uint32_t by, Damage damage, std::uint32_t chunk);
  void ask_again(std::uint32_t chunk);
  void finish_if_complete();

  void tell_predecessor();
  bool tell_once(bool beat = true);
  void note_report(const NodeReport& report);
  void note_own(NodeState state, const std::string& why = {});
  void fail(const std::string& why);
  void end(const std::string& abort_reason = {});

  Network& network_;
  const std::string key_;
  Trust& trust_;
  const Offer offer_;  ///< the first one; files and timing are the same in all
  Layout layout_;
  const std::unique_ptr<ReceivedFiles> destination_;
  Store store_;
  std::unique_ptr<Forwarder> forwarder_;
  Thread writing_, telling_;
  std::unordered_map<std::uint32_t, ChunkDigest> digests_;  ///< of the writing thread
  Unpacker unpacker_;                                       ///< of the writing thread

  mutable Mutex mutex_;
  Condition changed_;
  std::shared_ptr<Channel> predecessor_;
  std::atomic<Clock::time_point> heard_ = Clock::time_point();  ///< from a predecessor
  bool introduced_ = false;  ///< the predecessor knows what we have, so that it can be told more
  std::atomic<std::uint64_t> pass_ = 0;
  int from_ = -1, place_ = 0;
  std::uint32_t by_ = 0;  ///< the predecessor's number
  SpoiledHops spoiled_;
  std::map<std::tuple<std::uint32_t, Damage, std::uint32_t>, int>
      damaged_;       ///< chunks, by whom they came from
  int partings_ = 0;  ///< from predecessors, for damage
  Clock::time_point alone_since_ = Clock::now();
  KnownReports reports_;
  bool prepared_ = false, preparing_ = false, done_ = false, over_ = false;
  std::string failure_, abort_reason_;
  Mutex finishing_;
};

}  // namespace lucie::dolly
