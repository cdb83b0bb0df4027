#include "dolly/fetch.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "dolly/destination.hpp"
#include "dolly/web_source.hpp"
#include "wire/manifest.hpp"

namespace lucie::dolly {
namespace {

/// A chunk that came wrong this often is not what the manifest says.
constexpr int most_wrong = 3;
constexpr std::size_t blocks_of_a_write = 16;

/// What a manifest is for the parts that know offers: a ring of this node alone.
Offer offer_of(const wire::Manifest& manifest) {
  Offer offer;
  offer.issued = manifest.issued;
  offer.chunk_size = manifest.chunk_size;
  offer.files = {{manifest.path, manifest.size, manifest.mode}};
  offer.ring = {{.id = 0, .name = manifest.node}};
  return offer;
}

std::vector<Block> blocks_of(std::uint32_t chunk, std::string_view content) {
  constexpr std::size_t headers = frame_header_size + block_header_size;
  const std::size_t count = (content.size() + block_size - 1) / block_size;
  const Memory memory = std::make_shared_for_overwrite<char[]>(content.size() + count * headers);
  std::vector<Block> blocks;
  char* frame = memory.get();
  for (std::uint32_t offset = 0; offset < content.size(); offset += block_size) {
    const std::string_view piece = content.substr(offset, block_size);
    std::ranges::copy(piece, content_place(frame));
    blocks.push_back(finish_block(memory, frame, chunk, offset, piece.size()));
    frame += headers + piece.size();
  }
  return blocks;
}

class Fetch {
 public:
  Fetch(const FetchOptions& options, FetchEvents& events)
      : options_(options),
        events_(events),
        source_(options, events),
        trust_(options.trust),
        manifest_(believed(wire::manifest_from(source_.manifest()))),
        offer_(offer_of(manifest_)),
        layout_(offer_.files, offer_.chunk_size) {
    trust_.check_newest(offer_);
  }

  void run() {
    const auto files = options_.open(offer_);
    files->reserve();
    Store store(layout_, *files);
    files->find_chunks(store, Verify::sha256, [] {});
    for (std::uint32_t chunk = 0; chunk < layout_.chunks(); ++chunk) store.confirm(chunk, digest(chunk));
    events_.started(offer_, store.bytes_verified());
    for (std::uint32_t chunk = 0; chunk < layout_.chunks(); ++chunk) {
      if (!store.is_verified(chunk)) bring(*files, store, chunk);
    }
    files->finish(layout_);
    trust_.completed(offer_);
  }

 private:
  wire::Manifest believed(wire::SignedManifest read) const {
    const wire::Manifest& manifest = read.manifest;
    trust_.check(manifest.node, read.signed_text, read.signature, manifest.issued);
    return std::move(read.manifest);
  }

  std::string digest(std::uint32_t chunk) const { return std::string(manifest_.digest(chunk)); }

  /// Only what is verified gets to the disk.
  void bring(ReceivedFiles& files, Store& store, std::uint32_t chunk) {
    const std::string content = right_content(chunk);
    const std::vector<Block> blocks = blocks_of(chunk, content);
    store.announce(chunk, digest(chunk));
    try {
      for (std::size_t first = 0; first < blocks.size(); first += blocks_of_a_write)
        files.write(layout_.place(chunk),
                    std::span(blocks).subspan(first, std::min(blocks_of_a_write, blocks.size() - first)));
    } catch (const Error&) {
      files.remove_unfinished();  // on a full disk it is in everybody's way
      throw;
    }
    store.verified(chunk);
    events_.progress(store.bytes_verified(), layout_.bytes());
  }

  std::string right_content(std::uint32_t chunk) {
    for (int wrong = 0; wrong < most_wrong; ++wrong) {
      base::Sha256 hash;
      std::string content = source_.content(layout_.place(chunk));
      hash.add(content);
      if (hash.finish() == digest(chunk)) return content;
      events_.waiting(fmt::format("chunk {} came damaged", chunk));
    }
    throw Error(fmt::format("chunk {} of {} came damaged {} times", chunk, manifest_.path, most_wrong))
        .hint("was the file changed on the server meanwhile? what came whole is kept: fetch it again");
  }

  const FetchOptions& options_;
  FetchEvents& events_;
  WebSource source_;
  Trust trust_;
  const wire::Manifest manifest_;
  const Offer offer_;
  Layout layout_;
};

}  // namespace

void fetch_over_http(const FetchOptions& options, FetchEvents& events) {
  try {
    Fetch(options, events).run();
  } catch (const NotTaken& why) {
    throw Error(fmt::format("{}: this node does not take it: {}", options.url, why.what()));
  } catch (const NoPlace& why) {
    throw EnvironmentError(why.what());
  }
}

}  // namespace lucie::dolly
