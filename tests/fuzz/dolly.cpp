#include <algorithm>

#include "accepting.hpp"
#include "dolly/handshake.hpp"
#include "dolly/packer.hpp"
#include "dolly/status.hpp"
#include "dolly/transfer_manifest.hpp"
#include "dolly/tree_list.hpp"
#include "dolly/trust.hpp"

using namespace lucie;
using namespace lucie::dolly;

namespace {

/// A connection whose other end says what the fuzzer says, and hears nothing.
class Said : public Connection {
 public:
  explicit Said(std::string text) : text_(std::move(text)) {}

  std::size_t read(char* buffer, std::size_t size, std::size_t, milliseconds) override {
    const std::size_t count = text_.copy(buffer, size, at_);
    at_ += count;
    return count;
  }
  void write(std::span<const std::string_view>) override {}
  void shut_down() noexcept override {}
  std::string peer() const override { return "fuzz"; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// Of a node that believes one master.
const Trust& trust() {
  static const Trust made({.keys = {base::SigningKey::from_seed(std::string(32, 's')).public_key()}});
  return made;
}

void decode(const Frame& frame) {
  switch (frame.kind) {
    case Kind::refuse:
      decode_refuse(frame.payload);
      break;
    case Kind::begin: {
      const Offer offer = decode_offer(frame.payload);
      fuzz::demand(encode(offer) == frame.payload, "an offer is passed on as it came");
      fuzz::demand(!trust().accepts(offer.transfer, {}), "nothing is signed here");
      fuzz::accepts<NotTaken>([&] {
        trust().check(offer);
        fuzz::demand(false, "no offer is believed without a signature");
      });
      offer_from_json(to_json(offer));
      break;
    }
    case Kind::chunk:
    case Kind::known: {
      const ChunkHeader header = decode_chunk(frame.payload);
      fuzz::demand(!trust().accepts("transfer", header), "no chunk is believed without a signature");
      break;
    }
    case Kind::spoiled:
      decode_spoiled(frame.payload);
      break;
    case Kind::block:
      decode_block(frame.payload);
      break;
    case Kind::packed: {
      const BlockHeader header = decode_packed(frame.payload);
      const Block block{header.chunk, header.offset, header.checksum,
                        frame.whole,  frame.memory,  header.unpacked};
      fuzz::demand(Unpacker().unpack({&block, 1}).at(0).content().size() == header.unpacked,
                   "a packed block becomes as long as it said");
      break;
    }
    case Kind::beat:
      decode_beat(frame.payload);
      break;
    case Kind::report:
      decode_reports(frame.payload);
      break;
    case Kind::state: {
      const NodeStatus status = status_from_json(std::string(frame.payload));
      fuzz::demand(to_json(status_from_json(to_json(status))) == to_json(status), "an answer comes back");
      break;
    }
    case Kind::again:
      decode_number(frame.payload);
      break;
    default:
      break;
  }
}

/// What a complete node says of a file, over HTTP.
void read_manifest(const std::string& text) {
  const TransferManifest manifest = transfer_manifest_from(text);
  const std::string again = to_text(manifest);
  fuzz::demand(to_text(transfer_manifest_from(again)) == again, "a manifest comes back");
  const auto [first, end] = chunks_of(manifest.offer, manifest.file);
  fuzz::demand(manifest.chunks.size() == end - first, "every chunk of the file has its digest");
  for (const ChunkHeader& chunk : manifest.chunks)
    fuzz::demand(!trust().accepts(manifest.offer.transfer, chunk), "nothing is signed here");
  fuzz::accepts<NotTaken>([&] {
    trust().check_passed_on(manifest.offer);
    fuzz::demand(false, "no manifest is believed without a signature");
  });
}

}  // namespace

/// The ring's protocol (docs/dolly-protocol.md): what strangers may say, the frames of those who are
/// believed, lists of trees, and manifests.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  using std::chrono::seconds;
  const std::string text = fuzz::text_of(bytes, size);
  fuzz::accepts<ConnectionLost>([&] {
    Channel stranger(std::make_unique<Said>(text));
    receive_introduction(stranger, "key", seconds(1));
    fuzz::demand(false, "nobody is let in without the key");
  });
  fuzz::accepts<ConnectionLost>([&] {
    Channel stranger(std::make_unique<Said>(text));
    introduce(stranger, "key", seconds(1));
    fuzz::demand(false, "nobody is believed without the key");
  });
  fuzz::accepts<Error>([&] {
    const TreeList list(text);
    for (const TreeEntry& entry : list.entries())
      fuzz::demand(("/" + entry.path + "/").find("/../") == std::string::npos, "all stays in the tree");
    fuzz::demand(TreeList(list.text()).text() == list.text(), "a list comes back");
  });
  fuzz::accepts<Error>([&] { read_manifest(text); });
  Channel channel(std::make_unique<Said>(text));
  const auto next = [&] {
    const Frame frame = channel.receive(seconds(1));
    fuzz::accepts<ConnectionLost>([&] { decode(frame); });
  };
  while (fuzz::accepts<ConnectionLost>(next)) {
  }
  return 0;
}
