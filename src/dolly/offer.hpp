#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dolly/attributes.hpp"
#include "dolly/chunk_digest.hpp"
#include "dolly/connection.hpp"
#include "dolly/offer_text.hpp"
#include "dolly/ring_list.hpp"

namespace lucie::dolly {

/// What is sent as one thing.
enum class Content : std::uint8_t {
  file,
  stream,  ///< a file whose size is known when its last chunk comes: the first that is shorter, perhaps empty
  tree,    ///< a folder with all that is in it: its list (TreeList), and behind that the content of its files
};

struct OfferedFile {
  std::string path;                        ///< relative to the receiver's root
  std::uint64_t size = 0;                  ///< bytes of its content
  std::uint32_t mode = 0644;               ///< permission bits
  std::optional<Attributes> attributes{};  ///< of a file; nothing: those of any new file
  bool sparse = false;                     ///< a file with holes
  Content content = Content::file;
  std::uint64_t list = 0;  ///< bytes of a tree's list
  bool unpack = false;     ///< an archive; its content makes the folder `path`
};

/// How long what may take. The sender says it, so that all nodes of a ring judge alike.
struct Timing {
  milliseconds beat{200};        ///< between two signs of life
  milliseconds silence{1000};    ///< without any: the other end is gone
  milliseconds stall{20000};     ///< alive, but it takes nothing although there is something: it is left out
  milliseconds slow{1000};       ///< how long a node must be slow until it is left out
  milliseconds patience{60000};  ///< a node whose sender is gone waits this long for another one
};

/// What a node is told when it is taken into a ring. All of it but `from` and `place` is the master's word,
/// which the nodes pass on as it came.
struct Offer {
  std::string transfer;  ///< names it: the same for the same files to the same nodes
  /// Later passes are for nodes that were left out before. They count from the time when the master began, so
  /// that one that was started again comes after the one before it.
  std::uint64_t pass = 1;
  std::uint64_t issued = 0;  ///< when the master said so, milliseconds since 1970
  int from = -1;             ///< place of the sending node in `ring`; -1: the master
  int place = 0;             ///< the receiving node's own
  std::uint32_t chunk_size = 4 << 20;
  Verify verify = Verify::sha256;
  std::vector<OfferedFile> files;
  RingList ring;  ///< in order, with those that joined
  Timing timing;
  std::vector<std::uint32_t> joined;  ///< nodes that stand at the ring's end once more, by their numbers
  bool encrypted = false;             ///< every connection of the ring is

  OfferText text;         ///< what the master wrote, JSON: all of the above but `from`, `place` and `joined`
  std::string signature;  ///< the master's, of that; empty: not signed
};

/// What the master writes, and signs.
std::string to_json(const Offer& offer);
/// An offer without `from`, `place` and `text`. Throws ConnectionLost for what is no offer, or makes no
/// sense.
Offer offer_from_json(const std::string& text);
/// A node of the ring is at its end from now on, too. False when there is none with this number.
bool add_joined(Offer& offer, std::uint32_t node);
/// The payload of a frame `begin`: from (4) · place (4) · signature (64, zeros: none) · how many joined (4) ·
/// their numbers (4 each) · the JSON, packed.
std::string encode(const Offer& offer);
/// Throws ConnectionLost as offer_from_json does.
Offer decode_offer(std::string_view bytes);

/// The smallest and largest chunk that is taken, bytes.
inline constexpr std::uint32_t least_chunk = 64 << 10, most_chunk = 64 << 20;

/// Where a chunk lies. A chunk belongs to one file, or to the list or the content of one tree; the last one
/// of each is shorter.
struct ChunkPlace {
  std::size_t file = 0;
  std::uint64_t offset = 0;  ///< in the file, the list, or all of the tree's content
  std::uint32_t size = 0;
  bool list = false;  ///< a part of the tree's list
};

/// Chunks from `first` to the one before `end`.
struct ChunkRange {
  std::uint32_t first = 0, end = 0;
  bool empty() const { return first == end; }
};

/// The chunks of all files, numbered through. Those of a stream, which is alone in its transfer, are as many
/// as there may be until its end is known.
class Layout {
 public:
  Layout(const std::vector<OfferedFile>& files, std::uint32_t chunk_size);

  std::uint32_t chunks() const;
  /// In a stream whose end is not known every chunk is whole.
  ChunkPlace place(std::uint32_t chunk) const;
  /// 0 for a stream whose end is not known.
  std::uint64_t bytes() const;
  bool is_stream() const { return stream_; }
  /// This chunk of a stream has `size` bytes, and is its last one if that is less than a whole chunk. False
  /// when it cannot be.
  bool take_size(std::uint32_t chunk, std::uint32_t size);
  /// The list of a tree; empty for a file.
  ChunkRange list_of(std::size_t file) const { return lists_.at(file); }

 private:
  void add(std::size_t file, std::uint64_t bytes, std::uint32_t chunk_size, bool list);

  std::vector<ChunkPlace> places_;
  std::vector<ChunkRange> lists_;
  std::uint64_t bytes_ = 0;
  const std::uint32_t chunk_size_;
  bool stream_ = false;
  std::atomic<std::uint64_t> end_ = UINT64_MAX;  ///< bytes of the stream
};

}  // namespace lucie::dolly
